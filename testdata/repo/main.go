//go:build dev

// Command repo fills a folder with git repositories that hold made-up credentials in
// every corner in which a repository can hold something: versions of files in packs
// of all kinds, messages, names, refs, stashes, what nothing reaches any more, and the
// files of the git folder. It says in planted.json what it put where, so that a
// scanner can be held to it.
//
//	go run -tags dev ./testdata/repo FOLDER
//
// Nothing that it writes opens anything, the values come from a generator, and the
// same are written each time. The folder must not be there yet. It needs git.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("repo: ")
	if len(os.Args) != 2 {
		log.Fatal("usage: repo FOLDER")
	}
	planted, err := fill(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d values planted; planted.json says where\n", len(planted))
}

// Planted is a value that stands somewhere in a repository.
type Planted struct {
	// Corner names what kind of place it is.
	Corner string `json:"corner"`
	// Repo is the repository that holds it, and below it in the folder.
	Repo string `json:"repo"`
	// Value is the secret, or what else has to be found.
	Value string `json:"value"`
	// Path and Source are as a report should tell them.
	Path   string `json:"path"`
	Source string `json:"source"`
	// Submodule, if set, is the git folder of the one that holds it.
	Submodule string `json:"submodule,omitempty"`
	// Commit, if set, is the one that brought it in.
	Commit string `json:"commit,omitempty"`
	// Ref, if set, is one of those that reach it.
	Ref string `json:"ref,omitempty"`
	// AtTip and Reachable are as a report should tell them; absent where they don't
	// apply.
	AtTip     *bool `json:"at_tip,omitempty"`
	Reachable *bool `json:"reachable,omitempty"`
}

// fill writes the repositories and planted.json below a folder.
func fill(folder string) ([]Planted, error) {
	if _, err := os.Lstat(folder); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is there already", folder)
	}
	folder, err := filepath.Abs(folder)
	if err == nil {
		err = os.MkdirAll(folder, 0o755)
	}
	if err != nil {
		return nil, err
	}
	b := &builder{folder: folder, seed: 4000, clock: 1_600_000_000}
	for _, corner := range corners {
		if corner(b); b.err != nil {
			return nil, b.err
		}
	}
	data, err := json.MarshalIndent(b.planted, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "planted.json"), append(data, '\n'), 0o644)
	}
	return b.planted, err
}

// corners plant in this order: what packs comes before what is to stay loose, and what
// would prune before what is to dangle.
var corners = []func(*builder){
	(*builder).start, (*builder).deepDeltas, (*builder).packed, (*builder).manyPacks, (*builder).loose,
	(*builder).kinds, (*builder).large, (*builder).resolution, (*builder).messages, (*builder).people,
	(*builder).names, (*builder).stashes, (*builder).deleted, (*builder).pulls, (*builder).dangling,
	(*builder).worktree, (*builder).submodule, (*builder).gitFolder, (*builder).staged,
	(*builder).mirror, (*builder).alternates, (*builder).sha256, (*builder).cruft,
}
