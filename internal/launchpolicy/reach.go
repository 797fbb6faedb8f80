package launchpolicy

import (
	"slices"
	"strings"
)

// reaches gives what the documents reach beyond the stack, in the order of the statements, and the
// names last.
func (m *maker) reaches() (out []Reach) {
	for _, g := range m.groups {
		if g.beyond != "" {
			out = append(out, Reach{Sid: g.Sid, What: g.beyond})
		}
	}
	if names := m.shared(); len(names) > 0 {
		out = append(out, Reach{Names: names,
			What: "what others have under these names, which do not hold the name of the stack"})
	}
	return out
}

// every tells whether ARNs hold all principals of a kind: role, user or group.
func (m *maker) every(kind string, arns []string) bool {
	return slices.Contains(arns, m.arn+"iam::*:"+kind+"/*")
}

// shared gives the names that do not begin with the name of the stack, as far as CloudFormation keeps
// it, with their path. Secrets are left out: the tag of the stack holds them.
func (m *maker) shared() (names []string) {
	own := strings.ToLower(m.stack[:min(len(m.stack), halfKept)])
	for i := range m.resources {
		r := &m.resources[i]
		if n, ok := m.naming(r.kind); !ok || n.short {
			continue
		}
		for _, arn := range m.arnsOf(r) {
			name := arn[strings.LastIndexByte(arn, ':')+1:]
			held := func(part string) bool { return strings.HasPrefix(strings.ToLower(part), own) }
			if !slices.ContainsFunc(strings.Split(name, "/"), held) {
				names = union(names, name)
			}
		}
	}
	return names
}
