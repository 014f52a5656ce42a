//go:build unix

package gitpack

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Whatever stands where a file should: nothing waits for a pipe, a device or a socket.
func TestPipesAreNamed(t *testing.T) {
	for _, name := range []string{"HEAD", "config", "packed-refs", "refs/heads/pipe", "logs/HEAD", "logs/refs/heads/pipe", "shallow", "objects/info/alternates", "FETCH_HEAD", "index"} {
		s := newSandbox(t).initRepo()
		s.commit("a", "1")
		path := s.path(".git/" + name)
		os.Remove(path)
		if err := syscall.Mkfifo(path, 0o666); err != nil {
			t.Skip(err)
		}
		done := make(chan []Problem)
		go func() {
			r, err := OpenRepo(s.dir, Env{})
			if err != nil {
				t.Error(name, err)
				close(done)
				return
			}
			all := r.Problems
			p, _ := r.Refs(func(Ref) error { return nil })
			all = append(all, p...)
			p, _ = r.Reflogs(func(*ReflogEntry) error { return nil })
			all = append(all, p...)
			_, p = r.Shallow()
			all = append(all, p...)
			if _, err := r.ReadIndex(); err != nil {
				all = append(all, Problem{r.Index, err.Error()})
			}
			done <- all
		}()
		select {
		case problems := <-done:
			named := false
			for _, p := range problems {
				named = named || strings.HasSuffix(p.Path, "/.git/"+name)
			}
			if !named {
				t.Errorf("%s: %v", name, problems)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: waits for a pipe", name)
		}
	}
}
