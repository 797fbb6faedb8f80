package spec

import (
	"regexp"
	"strconv"

	"byocfn/internal/diag"
)

// pathForm is that of a fixed path, without the characters that are wildcards where a policy holds it.
// Source: IAM API reference, CreateRole, Path.
var pathForm = form{regexp.MustCompile(`^/([A-Za-z0-9_+=,.@-]+/)*$`), "bad-path", "path of IAM",
	"begin and end with a slash, as in /Acme/, and use letters, digits and any of _+=,.@-"}

// maxPath is the greatest length of a path. Source: as above.
const maxPath = 512

// checkNames checks names and paths of all that IAM knows.
func checkNames(s *Stack, diags *diag.List) {
	for _, r := range s.Roles {
		checkNamed(r.Name, r.Value.Name, r.Value.Path, r.Value.UsedOutside, diags)
	}
	for _, u := range s.Users {
		checkNamed(u.Name, u.Value.Name, u.Value.Path, u.Value.UsedOutside, diags)
	}
	for _, p := range s.Policies {
		checkNamed(p.Name, p.Value.Name, p.Value.Path, p.Value.UsedOutside, diags)
	}
}

func checkNamed(id Word, name *Text, path, usedOutside Word, diags *diag.List) {
	if path.At != (diag.Range{}) {
		pathForm.check(path, diags)
		if len(path.Value) > maxPath {
			diags.Error(path.At, "bad-path", "a path of IAM has at most "+strconv.Itoa(maxPath)+
				" characters", "shorten it")
		}
	}
	if usedOutside.Value != "" && name == nil {
		diags.Error(usedOutside.At, "missing-key", id.Value+" has no name that others could rely on",
			"add name: "+id.Value+", or remove usedOutside")
	}
}
