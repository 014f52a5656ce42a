package gitpack

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// What is streamed, and the size that is told before, is what git has: of whole
// entries, deltas and loose objects.
func TestStream(t *testing.T) {
	s := newSandbox(t).initRepo()
	for i := range 30 {
		s.commit("file", strings.Repeat(fmt.Sprintf("line of %d\n", i%3), 300)+fmt.Sprint(i))
	}
	s.git("repack", "-adq", "--depth=20")
	s.commit("file", "loose")
	r, want := s.open(".", Env{}), s.store()
	o := OpenObjects(r.ObjectDirs, r.Hash)
	defer o.Close()
	bases := map[string]string{}
	for line := range strings.Lines(s.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(deltabase)")) {
		id, base, _ := strings.Cut(strings.TrimSpace(line), " ")
		bases[id] = base
	}
	for id, obj := range want.objects {
		size, whole, err := o.Size(id)
		if base := bases[id.String()]; whole != (strings.Trim(base, "0") == "") {
			t.Errorf("%s: whole %v, its base is %q", id, whole, base)
		}
		if err != nil || size != int64(len(obj.data)) {
			t.Errorf("%s: size %d, %v; it has %d bytes", id, size, err, len(obj.data))
		}
		err = o.Stream(id, func(kind Kind, size int64, body io.Reader) error {
			data, err := io.ReadAll(body)
			if kind != obj.kind || size != int64(len(obj.data)) || string(data) != string(obj.data) {
				t.Errorf("%s: %s of %d bytes, %d came", id, kind, size, len(data))
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	stop := errors.New("stop")
	for id := range want.objects {
		if err := o.Stream(id, func(Kind, int64, io.Reader) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("%s: %v", id, err)
		}
	}
	none, _ := ParseID(strings.Repeat("ab", 20))
	for _, none := range []ID{none, {}} {
		if _, _, err := o.Size(none); !errors.Is(err, ErrMissing) {
			t.Errorf("size of a missing object: %v", err)
		}
		if err := o.Stream(none, nil); !errors.Is(err, ErrMissing) {
			t.Errorf("a missing object: %v", err)
		}
		if _, _, err := o.Object(none); !errors.Is(err, ErrMissing) {
			t.Errorf("a missing object: %v", err)
		}
	}
}
