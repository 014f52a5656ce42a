package ranges

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

const (
	maxLine   = 64 << 10 // bytes: git log --oneline shows messages, too
	maxListed = 1 << 22  // commits
)

// ReadCommits reads a list of commits: a revision at the beginning of each line, as git
// rev-list and git log --oneline write them. What follows it is passed by, and so are
// empty lines and those that begin with "#". name is what the list is called in errors.
func ReadCommits(r io.Reader, name string) ([]string, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 4096), maxLine)
	var out []string
	n := 0
	for lines.Scan() {
		n++
		words := strings.Fields(lines.Text())
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		if len(out) == maxListed {
			return nil, fmt.Errorf("%s: more than %d commits", name, maxListed)
		}
		out = append(out, words[0])
	}
	if err := lines.Err(); err != nil {
		if err == bufio.ErrTooLong {
			return nil, fmt.Errorf("%s: line %d is no list of commits: it is too long", name, n+1)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}
