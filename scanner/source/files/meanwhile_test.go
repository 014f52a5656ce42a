package files

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"

	"lockaway/scanner/chunk"
)

// meddling is a disk on which something happens right before a file or folder is
// opened, when it was already listed. The happenings are by name; an error is
// given instead of opening.
type meddling struct {
	disk
	before map[string]func() error
}

func (m meddling) open(path string) (tree, error) {
	t, err := m.disk.open(path)
	return meddlingTree{t, m}, err
}

type meddlingTree struct {
	tree
	m meddling
}

func (t meddlingTree) folder(rel string) (folder, error) {
	if err := t.m.happen(rel); err != nil {
		return nil, err
	}
	f, err := t.tree.folder(rel)
	if err != nil {
		return nil, err
	}
	return meddlingFolder{f, t.m}, nil
}

type meddlingFolder struct {
	folder
	m meddling
}

func (f meddlingFolder) openFile(name string, into *file) error {
	if err := f.m.happen(name); err != nil {
		return err
	}
	return f.folder.openFile(name, into)
}

func (m meddling) happen(name string) error {
	if do := m.before[name]; do != nil {
		return do()
	}
	return nil
}

// fails stands for what the super-user's tests can't make the system do.
func fails(err error) func() error { return func() error { return err } }

func TestWhatHappensMeanwhile(t *testing.T) {
	for name, d := range disks {
		t.Run(name, func(t *testing.T) {
			layout(t, "a", "vanish", "gone/x", "denied", "locked/x", "pipe", "link", "folder", "bad", "z/fine", "shrink: "+strings.Repeat("x", 1000))
			s := New(Options{})
			s.disk = meddling{d, map[string]func() error{
				"vanish": func() error { return os.Remove("vanish") },
				"gone":   func() error { return os.RemoveAll("gone") },
				"denied": fails(syscall.EACCES),
				"locked": fails(&os.PathError{Op: "open", Path: "locked", Err: syscall.EACCES}),
				"bad":    fails(syscall.EIO),
				"pipe":   func() error { return errors.Join(os.Remove("pipe"), mkfifo("pipe")) },
				"link":   func() error { return errors.Join(os.Remove("link"), os.Symlink("a", "link")) },
				"folder": func() error { return errors.Join(os.Remove("folder"), os.Mkdir("folder", 0o755)) },
			}}
			r := newResult()
			if err := r.scan(t.Context(), s, 2); err != nil {
				t.Fatal(err)
			}
			r.expect(t, []string{"a", "z/fine", "shrink"}, 0,
				"vanish: it vanished before it was read", "gone: it vanished before it was read", "denied: permission denied",
				"locked: permission denied", "bad: input/output error", "pipe: it is no longer a regular file",
				"link: it is no longer a regular file", "folder: it is no longer a regular file")
		})
	}
}

// TestFilesThatChange changes a file while it is read: at its first chunk.
func TestFilesThatChange(t *testing.T) {
	const size = 5 * chunk.PieceSize
	for title, change := range map[string]func() error{
		"shorter": func() error { return os.Truncate("large", size/2) },
		"empty":   func() error { return os.Truncate("large", 0) },
		"longer":  func() error { return os.Truncate("large", size*2) },
		"written": func() error { return os.WriteFile("large", make([]byte, size), 0o644) },
	} {
		for name, d := range disks {
			t.Run(title+"/"+name, func(t *testing.T) {
				layout(t, "large: "+strings.Repeat("0123456\n", size/8))
				s, r := New(Options{}), newResult()
				s.disk = d
				changed := false
				r.onChunk = func(c *chunk.Chunk) {
					if !changed {
						changed = true
						if err := change(); err != nil {
							t.Error(err)
						}
					}
				}
				if err := r.scan(t.Context(), s, 1); err != nil {
					t.Fatal(err)
				}
				if len(r.contents["large"]) > size {
					t.Errorf("read %d bytes of a file that had %d", len(r.contents["large"]), size)
				}
				r.expect(t, []string{"large"}, 0, "large: it changed while it was read")
			})
		}
	}
}

// TestCancelledWalk ends the context in the middle, and looks whether anything is
// left open.
func TestCancelledWalk(t *testing.T) {
	var names []string
	for i := range 500 {
		names = append(names, strings.Repeat("d/", 1+i%7)+"f"+strings.Repeat("x", i%100)+"-"+string(rune('a'+i%26)))
	}
	for name, d := range disks {
		t.Run(name, func(t *testing.T) {
			layout(t, names...)
			before := openFiles(t)
			for stopAt := range 20 {
				ctx, cancel := context.WithCancel(t.Context())
				s, r := New(Options{}), newResult()
				s.disk = d
				seen := 0
				r.onChunk = func(*chunk.Chunk) {
					if seen++; seen == stopAt*10 {
						cancel()
					}
				}
				err := r.scan(ctx, s, 3)
				if stopAt > 0 && !errors.Is(err, context.Canceled) {
					t.Errorf("Run = %v", err)
				}
				if stopAt > 0 && seen > stopAt*10+3 {
					t.Errorf("%d chunks, though the context ended at %d", seen, stopAt*10)
				}
				cancel()
			}
			if after := openFiles(t); after != before {
				t.Errorf("%d files are open, %d were before", after, before)
			}
		})
	}
}
