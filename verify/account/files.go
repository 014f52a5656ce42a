package account

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lockaway/scanner/finding"
)

// Limits on saved files. The largest account that IAM's quotas allow, with every
// version of every policy, makes authorization details of some hundred megabytes.
const (
	maxFile    = 256 << 20 // bytes of one file
	maxBytes   = 1 << 30   // bytes of all files that look like what is known
	maxFiles   = 20_000    // files of a folder and those below it
	maxFolders = 8         // how deep folders may stand in each other
	maxStrays  = 20        // files nobody recognises that are named one by one
)

const (
	emptyHint   = "save what it says as well: `aws iam … > FILE 2>&1`; that an account has no password policy of its own is told by an error"
	strayHint   = "files are known by what is in them: the credential report as CSV, and JSON as `aws iam …` prints it with --output json"
	nothingHint = "save there what these print: aws iam get-credential-report (after generate-credential-report), get-account-summary, get-account-authorization-details, get-account-password-policy, list-virtual-mfa-devices"
)

// hinted is an error that knows the next step.
type hinted struct {
	error
	hint string
}

// Hint names the next step.
func (h hinted) Hint() string { return h.hint }

func (h hinted) Unwrap() error { return h.error }

// FromDir reads what is known of an account from files that were saved before, in a
// folder and those below it; a single file will do, too. Nothing is called. A file
// is known by what is in it, not by its name:
//
//   - the credential report: CSV, as the console gives it; the JSON of `aws iam
//     get-credential-report`, or the base64 text inside it alone
//   - the JSON of `aws iam` get-account-summary, get-account-authorization-details,
//     get-account-password-policy, list-virtual-mfa-devices, list-mfa-devices,
//     list-access-keys, get-access-key-last-used, list-signing-certificates,
//     list-organizations-features, list-users, list-account-aliases, and of `aws sts
//     get-caller-identity`; pages and users in files of their own, several documents
//     in one file, arrays of them
//   - what the AWS CLI prints where AWS refuses or has nothing ("An error occurred
//     (NoSuchEntity) when calling the GetAccountPasswordPolicy operation …")
//
// in UTF-8 or, as PowerShell writes it, UTF-16. Links and what is no plain file are
// not followed or opened.
//
// A part whose time AWS doesn't tell has that of its file. Of a part that is there
// twice the later is taken. Problems tell this, files that nobody recognises (both
// of low weight), and files that are damaged: nothing is taken of such a one. The
// error is for folders that can't be read, that hold nothing of an account, or files
// of more than one; it may have a method Hint() string.
func FromDir(dir string) (*Snapshot, []finding.Problem, error) {
	g := &gathered{dir: dir}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, hinted{fmt.Errorf("there is no folder %q", dir), nothingHint}
	case err != nil:
		return nil, nil, err
	case info.IsDir():
		err = g.folder(dir, "", 0)
	case info.Mode().IsRegular():
		g.dir = filepath.Dir(dir)
		if dir, err = filepath.EvalSymlinks(dir); err == nil {
			err = g.file(dir, filepath.Base(dir))
		}
	default:
		return nil, nil, fmt.Errorf("%q is neither a folder nor a file", dir)
	}
	if err != nil {
		return nil, g.problems, err
	}
	g.tellStrays()
	s, err := g.snapshot()
	if err == nil && g.known == 0 {
		err = hinted{fmt.Errorf("%q holds nothing that tells of an AWS account", dir), nothingHint}
		if g.files == 0 {
			err = hinted{fmt.Errorf("there are no files in %q", dir), nothingHint}
		}
	}
	if err != nil {
		return nil, g.problems, err
	}
	return s, g.problems, nil
}

// folder reads the files of a folder, sorted by name. name is its path below the
// folder that was given, with slashes.
func (g *gathered) folder(dir, name string, depth int) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		if depth == 0 {
			return err
		}
		g.problem(name, "can't be read: "+reason(err), "", false)
		return nil
	}
	for _, e := range entries {
		below := name + e.Name()
		full := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir() && strings.HasPrefix(e.Name(), "."):
			g.strays = append(g.strays, below)
		case e.IsDir() && depth == maxFolders:
			g.problem(below, fmt.Sprintf("is deeper than %d folders and was not read", maxFolders), "", false)
		case e.IsDir():
			if err := g.folder(full, below+"/", depth+1); err != nil {
				return err
			}
		case e.Type().IsRegular():
			if err := g.file(full, below); err != nil {
				return err
			}
		default:
			g.problem(below, "is a link or no plain file, and was not opened", "", true)
		}
	}
	return nil
}

// file reads one file and takes in what is in it. An error ends the reading of the
// folder; what is wrong with the file is a problem.
func (g *gathered) file(full, name string) error {
	if g.files++; g.files > maxFiles {
		return fmt.Errorf("%q holds more than %d files", g.dir, maxFiles)
	}
	content, when, err := readPlain(full)
	switch {
	case errors.Is(err, errStray):
		g.strays = append(g.strays, name)
		return nil
	case err != nil:
		g.problem(name, "can't be read: "+reason(err), "", false)
		return nil
	}
	if g.bytes += len(content); g.bytes > maxBytes {
		return fmt.Errorf("%q holds more than %d MiB", g.dir, maxBytes>>20)
	}
	g.take(name, when, content)
	return nil
}

// readPlain reads a plain file within the limit, and when it was last written. It
// waits for nobody: what became a pipe since the folder was listed is not read. Of
// what begins like nothing that is known no more than the beginning is read.
func readPlain(full string) ([]byte, time.Time, error) {
	listed, err := os.Lstat(full)
	if err != nil {
		return nil, time.Time{}, err
	}
	f, err := os.OpenFile(full, os.O_RDONLY|noWait, 0)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, time.Time{}, err
	case !info.Mode().IsRegular() || !os.SameFile(listed, info):
		return nil, time.Time{}, errors.New("it is no plain file")
	}
	head := make([]byte, maxLine)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, time.Time{}, err
	}
	switch head = head[:n]; {
	case !promising(head):
		return nil, time.Time{}, errStray
	case info.Size() > maxFile:
		return nil, time.Time{}, errLarge
	}
	content := bytes.NewBuffer(make([]byte, 0, max(info.Size(), int64(n))+bytes.MinRead))
	content.Write(head)
	_, err = content.ReadFrom(io.LimitReader(f, int64(maxFile+1-n)))
	if err == nil && content.Len() > maxFile {
		err = errLarge
	}
	return content.Bytes(), info.ModTime(), err
}

var (
	errLarge = fmt.Errorf("it is larger than %d MiB", maxFile>>20)
	errStray = errors.New("it begins like nothing that is known")
)

// reason is an error of the file system without the path, which stands before it.
func reason(err error) string {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err.Error()
	}
	return err.Error()
}

// problem notes what could not be made use of. name is a file's below the folder.
func (g *gathered) problem(name, what, hint string, low bool) {
	where := filepath.ToSlash(filepath.Join(g.dir, filepath.FromSlash(name)))
	g.problems = append(g.problems, finding.Problem{Where: where, What: what, Hint: hint, Low: low})
}

// tellStrays names the files that nobody recognises.
func (g *gathered) tellStrays() {
	for i, name := range g.strays {
		if i == maxStrays {
			g.problem("", fmt.Sprintf("%d more files tell nothing of an AWS account", len(g.strays)-i), "", true)
			return
		}
		g.problem(name, "tells nothing of an AWS account", strayHint, true)
	}
}
