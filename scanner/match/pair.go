package match

import (
	"slices"

	"lockaway/rules"
)

// credential is finds that belong together, or a single one.
type credential struct {
	main  *find   // whose rule speaks for it: the secret of a pair, else the only one
	parts []*find // in order of kind: key ID, secret, session token
}

// join makes credentials of a group's finds, which are in order of place.
//
// Each kind of secret is joined with the key IDs of its credential on its own: a
// key ID may have a secret access key and an SMTP password beside it. Session
// tokens go to key IDs likewise. What stays alone stands for itself, save for a
// key ID that stands inside something else that was found.
func join(finds []*find) []credential {
	survey(finds)
	var out []credential
	used := map[*find]bool{}
	byRule := map[*plan][]*find{}
	var order []*plan
	ids := map[string][]*find{}
	tokens := map[string][]*find{}
	for _, f := range finds {
		switch f.Part {
		case rules.KeyID:
			ids[f.Credential] = append(ids[f.Credential], f)
		case rules.SecretPart:
			if byRule[f.plan] == nil {
				order = append(order, f.plan)
			}
			byRule[f.plan] = append(byRule[f.plan], f)
		case rules.SessionToken:
			tokens[f.Credential] = append(tokens[f.Credential], f)
		}
	}
	tokenOf := map[*find]*find{}
	for credential, ts := range tokens {
		for _, m := range assign(ids[credential], ts) {
			tokenOf[m.id] = m.other
		}
	}
	for _, p := range order {
		for _, m := range assign(ids[p.Credential], byRule[p]) {
			c := credential{main: m.other, parts: []*find{m.id, m.other}}
			if t := tokenOf[m.id]; t != nil {
				c.parts = append(c.parts, t)
				used[t] = true
			}
			used[m.id], used[m.other] = true, true
			out = append(out, c)
		}
	}
	covers := 0 // index of the find that reaches farthest among those before
	for i, f := range finds {
		inside := i > 0 && covers != i && finds[covers].end >= f.end && finds[covers].start <= f.start && covered(finds[covers], f)
		if !used[f] && !inside {
			out = append(out, credential{main: f, parts: []*find{f}})
		}
		if finds[covers].end < f.end {
			covers = i
		}
	}
	return out
}

// covered tells whether what f says is said by the find that holds it.
func covered(holder, f *find) bool {
	return holder.confidence >= f.confidence || f.Part == rules.KeyID
}

// match is a key ID with the secret or token that belongs to it.
type match struct{ id, other *find }

// assign joins key IDs with secrets, or with tokens. Those whose names share a
// distinguishing word go first; the rest are aligned in order, so that as many as
// possible are joined and those joined stand as close as possible.
func assign(ids, others []*find) []match {
	if len(ids) == 0 || len(others) == 0 {
		return nil
	}
	var out []match
	taken := map[*find]bool{}
	for _, id := range ids {
		if o := namesake(id, ids, others); o != nil && !taken[o] {
			out = append(out, match{id, o})
			taken[id], taken[o] = true, true
		}
	}
	left := func(fs []*find) []*find {
		return slices.DeleteFunc(slices.Clone(fs), func(f *find) bool { return taken[f] })
	}
	return append(out, align(left(ids), left(others))...)
}

// namesake returns the only one among others whose name has the same stem as the
// key ID's, if no other key ID has it too.
func namesake(id *find, ids, others []*find) *find {
	if id.stem == "" {
		return nil
	}
	for _, o := range ids {
		if o != id && o.stem == id.stem && apart(o, id) >= 0 {
			return nil
		}
	}
	var found *find
	for _, o := range others {
		if o.stem == id.stem && apart(id, o) >= 0 {
			if found != nil {
				return nil
			}
			found = o
		}
	}
	return found
}

// lonely is what it costs to leave a find unjoined. Two that cost more to join
// than to leave are not joined.
const lonely = 400

// align finds the cheapest way of joining ids with others that keeps the order of
// both, by dynamic programming as for an edit distance.
func align(ids, others []*find) []match {
	n, m := len(ids), len(others)
	cost := make([]int, (n+1)*(m+1))
	at := func(i, j int) int { return i*(m+1) + j }
	for i := 0; i <= n; i++ {
		for j := 0; j <= m; j++ {
			switch {
			case i == 0:
				cost[at(i, j)] = j * lonely
			case j == 0:
				cost[at(i, j)] = i * lonely
			default:
				best := min(cost[at(i-1, j)], cost[at(i, j-1)]) + lonely
				if c := apart(ids[i-1], others[j-1]); c >= 0 {
					best = min(best, cost[at(i-1, j-1)]+c)
				}
				cost[at(i, j)] = best
			}
		}
	}
	var out []match
	for i, j := n, m; i > 0 && j > 0; {
		c := apart(ids[i-1], others[j-1])
		switch cost[at(i, j)] {
		case cost[at(i-1, j)] + lonely:
			i--
		case cost[at(i, j-1)] + lonely:
			j--
		default:
			if c >= 0 {
				out = append(out, match{ids[i-1], others[j-1]})
			}
			i, j = i-1, j-1
		}
	}
	slices.Reverse(out)
	return out
}
