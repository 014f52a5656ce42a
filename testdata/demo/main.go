//go:build dev

// Command demo fills a folder with files that hold made-up credentials, so that
// there is something to find for who tries lockaway. Nothing that it writes opens
// anything: the values come from a generator, and none of them is in the
// repository.
//
//	go run -tags dev ./testdata/demo FOLDER
//
// The folder must not be there yet, or hold an earlier demo.
package main

import (
	"embed"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"

	"lockaway/scanner/rulecheck"
)

//go:embed all:tree
var tree embed.FS

// marker is a file that says that a folder is a demo, and may be written anew.
const marker = "README.txt"

func main() {
	log.SetFlags(0)
	log.SetPrefix("demo: ")
	if len(os.Args) != 2 {
		log.Fatal("usage: demo FOLDER")
	}
	if err := fill(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

// fill writes the tree of templates, filled in, below a folder.
func fill(folder string) error {
	if err := clear(folder); err != nil {
		return err
	}
	seed := uint64(2026)
	return fs.WalkDir(tree, "tree", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := tree.ReadFile(name)
		if err != nil {
			return err
		}
		seed++
		text, err := rulecheck.Expand(string(data), seed)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		// The templates' names end in .tmpl, so that none of them is mistaken for
		// what it will be (a Dockerfile, a Go file).
		to := filepath.Join(folder, filepath.FromSlash(strings.TrimSuffix(strings.TrimPrefix(name, "tree/"), ".tmpl")))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, []byte(text), 0o644)
	})
}

// clear takes an earlier demo away, and nothing else.
func clear(folder string) error {
	entries, err := os.ReadDir(folder)
	if os.IsNotExist(err) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	first, err := tree.ReadFile("tree/" + marker + ".tmpl")
	if err != nil {
		return err
	}
	if was, err := os.ReadFile(filepath.Join(folder, marker)); err != nil || string(was) != string(first) {
		return fmt.Errorf("%s holds something else than a demo: it is left alone", folder)
	}
	return os.RemoveAll(folder)
}
