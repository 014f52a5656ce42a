// Package changes tells what a change of a repository adds: which files get a new
// content, compared by the ids of trees and blobs alone, and which of the findings in
// them were not there before.
//
// A value is new when it occurs more often in a file than before in that file and in
// all the files that the change deletes; with several parents, as a merge has, than
// in each of them. A finding is new when one of its values is: its own, or that of one
// of its parts. So what was moved, re-indented, or stands unchanged beside an edit is
// not new, a pair is that is completed, and no setting of git's diff plays a part.
// Whatever can't be compared counts as new.
//
// The room serves the sources that scan changes. It knows nothing of rules: it is
// given a function that finds.
package changes
