//go:build unix

package files

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"lockaway/scanner/chunk"
)

func mkfifo(name string) error { return syscall.Mkfifo(name, 0o644) }

// openFiles counts this process's open files, where the system tells.
func openFiles(t *testing.T) int {
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		t.Skipf("can't count open files here: %v", err)
	}
	return len(entries)
}

// TestSpecialFilesAreNeverOpened: opening the FIFO would hang, and nobody will
// ever write.
func TestSpecialFilesAreNeverOpened(t *testing.T) {
	layout(t, "a", "link -> fifo", "in/b")
	for _, name := range []string{"fifo", "in/fifo"} {
		if err := mkfifo(name); err != nil {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_ = syscall.Mknod("device", syscall.S_IFCHR|0o666, 1<<8|5) // /dev/zero, if this user may
	scan(t, Options{}).expect(t, []string{"a", "in/b"}, 0)
	scan(t, Options{Paths: []string{"socket", "a"}}).expect(t, []string{"a"}, 0, "socket: it is a socket, not a file or folder")
	// An ignore file that is a FIFO is none.
	if err := mkfifo("in/.lockawayignore"); err != nil {
		t.Fatal(err)
	}
	scan(t, Options{Paths: []string{"in/b", "in"}}).expect(t, []string{"in/b"}, 0)
}

func TestUnreadable(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("the super-user may read everything; TestWhatHappensMeanwhile has the errors made up")
	}
	layout(t, "a", "secret", "locked/x", "open/.lockawayignore: *", "open/b")
	for _, name := range []string{"secret", "locked", "open/.lockawayignore"} {
		if err := os.Chmod(name, 0); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(name, 0o755)
	}
	scan(t, Options{}).expect(t, []string{"a", "open/b"}, 0, "secret: permission denied", "locked: permission denied",
		"open/.lockawayignore: permission denied")
}

// TestNamedFIFO is a shell's <(command).
func TestNamedFIFO(t *testing.T) {
	layout(t, "a")
	if err := mkfifo("fifo"); err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("what the command writes\n", 100_000)
	go func() {
		f, err := os.OpenFile("fifo", os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close()
		if _, err := io.WriteString(f, text); err != nil {
			t.Error(err)
		}
	}()
	r := newResult()
	if err := r.scan(t.Context(), New(Options{Paths: []string{"a", "fifo"}}), 2); err != nil {
		t.Fatal(err)
	}
	r.expect(t, []string{"a", "fifo"}, 0)
	if r.contents["fifo"] != text {
		t.Errorf("%d bytes came, want %d", len(r.contents["fifo"]), len(text))
	}
}

// TestCancelWhileNobodyWrites ends the context when all that is left is a FIFO
// whose other end nobody opens.
func TestCancelWhileNobodyWrites(t *testing.T) {
	layout(t, "a")
	if err := mkfifo("fifo"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r := newResult()
	r.onChunk = func(*chunk.Chunk) { cancel() }
	err := r.scan(ctx, New(Options{Paths: []string{"a", "fifo"}}), 2)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v", err)
	}
	// Let go of the goroutine that waits in open.
	if f, err := os.OpenFile("fifo", os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
		f.Close()
	}
}
