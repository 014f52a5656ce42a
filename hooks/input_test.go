package hooks

import (
	"strings"
	"testing"
)

const (
	idA  = "1111111111111111111111111111111111111111"
	idB  = "2222222222222222222222222222222222222222"
	none = "0000000000000000000000000000000000000000"
)

func TestReadPush(t *testing.T) {
	in := "refs/heads/main " + idA + " refs/heads/main " + idB + "\n" +
		"(delete) " + none + " refs/heads/old " + idB + "\n" +
		":/fix the thing " + idA + " refs/heads/new " + none + "\n" +
		"HEAD " + idA + idA[:24] + " refs/heads/x " + none + none[:24] + "\n"
	got, err := ReadPush([]byte(in))
	if err != nil || len(got) != 4 {
		t.Fatalf("%v, %v", got, err)
	}
	if u := got[0]; u.Deletes() || u.Creates() || u.New != idA || u.Old != idB || u.Ref != "refs/heads/main" {
		t.Errorf("%+v", u)
	}
	if u := got[1]; !u.Deletes() || u.Creates() {
		t.Errorf("%+v", u)
	}
	if u := got[2]; u.Deletes() || !u.Creates() || u.Local != ":/fix the thing" || u.Ref != "refs/heads/new" {
		t.Errorf("%+v", u)
	}
	if u := got[3]; !u.Creates() {
		t.Errorf("%+v", u)
	}
	if got, err := ReadPush(nil); len(got) != 0 || err != nil {
		t.Errorf("nothing: %v, %v", got, err)
	}
	// Whatever isn't understood is an error: a line that is passed by is a push unseen.
	for _, bad := range []string{"x\n", "\n", "a b c d\n", "refs/heads/a " + idA + " refs/heads/a\n", "refs/heads/a " + strings.ToUpper(idA[:39]) + "G refs/heads/a " + idB + "\n"} {
		if got, err := ReadPush([]byte(bad)); err == nil {
			t.Errorf("%q: %v", bad, got)
		}
	}
}

func TestReadReceive(t *testing.T) {
	got, err := ReadReceive([]byte(idA + " " + idB + " refs/heads/main\n" + none + " " + idA + " refs/tags/v1\n"))
	if err != nil || len(got) != 2 || got[0].Old != idA || got[0].New != idB || got[1].Ref != "refs/tags/v1" || !got[1].Creates() {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := ReadReceive([]byte(idA + " " + idB + " refs/heads/main extra\n")); err == nil {
		t.Error("four words")
	}
	if u, err := ReadUpdate([]string{"refs/heads/main", none, idA}); err != nil || u[0].Ref != "refs/heads/main" || !u[0].Creates() {
		t.Errorf("%v, %v", u, err)
	}
	if _, err := ReadUpdate([]string{"refs/heads/main", idA}); err == nil {
		t.Error("two arguments")
	}
}

func TestMessage(t *testing.T) {
	const cut = "# ------------------------ >8 ------------------------\n"
	const said = "# Do not modify or remove the line above.\n"
	edited := MessageOptions{Edited: true}
	for name, test := range map[string]struct {
		o        MessageOptions
		in, want string
	}{
		"comments go":                      {edited, "a\n# b\n #c\nd", "a\n\n #c\nd"},
		"no editor, no comments":           {MessageOptions{}, "a\n# b\n", "a\n# b\n"},
		"strip, whatever the editor":       {MessageOptions{Cleanup: "strip"}, "a\n# b\n", "a\n\n"},
		"whitespace keeps them":            {MessageOptions{Edited: true, Cleanup: "whitespace"}, "a\n# b\n", "a\n# b\n"},
		"verbatim keeps them":              {MessageOptions{Edited: true, Cleanup: "verbatim"}, "a\n# b\n", "a\n# b\n"},
		"scissors of commit -v":            {edited, "a\n# b\n" + cut + said + "diff\n+key\n", "a\n\n"},
		"scissors without git's words":     {edited, "a\n" + cut + "b\n", "a\n\nb\n"},
		"scissors that were asked for":     {MessageOptions{Cleanup: "scissors"}, "a\n" + cut + "b\n", "a\n"},
		"scissors typed, no editor":        {MessageOptions{}, "a\n" + cut + said + "b\n", "a\n" + cut + said + "b\n"},
		"another comment":                  {MessageOptions{Edited: true, Comment: ";"}, "a\n# b\n; c\n", "a\n# b\n\n"},
		"a comment of several bytes":       {MessageOptions{Edited: true, Comment: "//"}, "a\n/ b\n// c\n", "a\n/ b\n\n"},
		"nobody knows which":               {MessageOptions{Edited: true, Comment: "auto"}, "a\n# b\n; c\n", "a\n# b\n; c\n"},
		"line feeds of Windows":            {edited, "a\r\n# b\r\n# ------------------------ >8 ------------------------\r\n# x\r\nc\r\n", "a\r\n\n"},
		"one scissor short":                {edited, "a\n# ----------------------- >8 ------------------------\n# x\nb\n", "a\n\n\nb\n"},
		"empty":                            {edited, "", ""},
		"whitespace, and commit --verbose": {MessageOptions{Edited: true, Cleanup: "whitespace"}, "a\n# b\n" + cut + said + "diff\n", "a\n# b\n"},
	} {
		if got := string(Message([]byte(test.in), test.o)); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// Nothing is made up, lines keep their numbers, and a line that is no comment is lost
// only behind the scissors.
func FuzzMessage(f *testing.F) {
	f.Add("a\n# b\n# ------------------------ >8 ------------------------\n# c\nd\n", "", "", true)
	f.Add("; a\r\n", ";", "scissors", false)
	f.Fuzz(func(t *testing.T, text, comment, cleanup string, edited bool) {
		in := strings.Split(text, "\n")
		out := strings.Split(string(Message([]byte(text), MessageOptions{comment, cleanup, edited})), "\n")
		if len(out) > len(in) {
			t.Fatalf("%d lines became %d", len(in), len(out))
		}
		if comment == "" {
			comment = "#"
		}
		for i, line := range out {
			if line != in[i] && (line != "" || !strings.HasPrefix(in[i], comment)) {
				if i == len(out)-1 && line == "" && cutLine(in[i], comment) {
					continue
				}
				t.Errorf("line %d: %q became %q", i+1, in[i], line)
			}
		}
	})
}

func FuzzReadPush(f *testing.F) {
	f.Add("refs/heads/main " + idA + " refs/heads/main " + idB + "\n")
	f.Add("(delete) " + none + " refs/heads/old " + idB)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ReadPush([]byte(text))
		if err != nil {
			return
		}
		var b strings.Builder
		for _, u := range got {
			b.WriteString(u.Local + " " + u.New + " " + u.Ref + " " + u.Old + "\n")
		}
		if want := strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n"); strings.TrimSuffix(strings.ReplaceAll(b.String(), "\r\n", "\n"), "\n") != want {
			t.Errorf("%q was read as %q", text, b.String())
		}
	})
}
