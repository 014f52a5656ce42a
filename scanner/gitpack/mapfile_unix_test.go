//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package gitpack

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestMapFilePipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pack-1.pack")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	if _, err := mapFile(path); !errors.Is(err, ErrNotRegular) {
		t.Errorf("pipe: %v", err)
	}
}

// TestReleaseLowersResidentSize reads a large file through the map, giving back what
// is behind, and looks at how much of the map the kernel counts as resident.
func TestReleaseLowersResidentSize(t *testing.T) {
	if _, err := os.Stat("/proc/self/smaps"); err != nil {
		t.Skip("only Linux tells how much of a map is resident")
	}
	path := filepath.Join(t.TempDir(), "pack-resident.pack")
	const size, step = 32 << 20, 1 << 20
	if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := mapFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	sum := 0
	for at := 0; at < size; at += step {
		for i := at; i < at+step; i += 512 {
			sum += int(m.data[i])
		}
	}
	if before := residentKB(t, path); before < size>>10 {
		t.Fatalf("all was read, but only %d kB are resident (%d)", before, sum)
	}
	m.release(0, size-step)
	if after := residentKB(t, path); after > 2*step>>10 {
		t.Errorf("%d kB are still resident", after)
	}
}

func residentKB(t *testing.T, path string) int {
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in, total := false, 0
	for s := bufio.NewScanner(f); s.Scan(); {
		line := s.Text()
		if !strings.Contains(strings.Fields(line)[0], ":") || strings.HasSuffix(line, path) {
			in = strings.HasSuffix(line, path)
		}
		var n int
		if _, err := fmt.Sscanf(line, "Rss: %d kB", &n); in && err == nil {
			total += n
		}
	}
	return total
}
