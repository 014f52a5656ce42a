package ci

import (
	"embed"
	"path"
	"slices"
	"strings"
)

// Each file shows how one system is set up: what its name begins with is the template's.
//
//go:embed templates
var templates embed.FS

// Templates are the names of the templates, sorted.
func Templates() []string {
	var out []string
	for _, name := range files() {
		name, _, _ = strings.Cut(name, ".")
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// Template returns a template's text; "" if there is none of that name.
func Template(name string) string {
	for _, file := range files() {
		if n, _, _ := strings.Cut(file, "."); n == name {
			data, err := templates.ReadFile(path.Join("templates", file))
			if err != nil {
				panic(err) // it is part of the program
			}
			return string(data)
		}
	}
	return ""
}

func files() (out []string) {
	entries, err := templates.ReadDir("templates")
	if err != nil {
		panic(err) // it is part of the program
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}
