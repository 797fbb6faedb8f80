package plan

import "testing"

func TestShown(t *testing.T) {
	for _, c := range []struct{ kind, example, pattern, want string }{
		{"list", "my-bucket", `^[a-z0-9-]+(,[a-z0-9-]+){0,9}$`, "my-bucket,my-bucket2"},
		{"list", "111122223333", `^[0-9]{12}(,[0-9]{12}){0,9}$`, "111122223333,111122223334"},
		{"list", "a,b", "", "a,b"}, {"list", "a", `^[a-z]$`, "a"}, {"list", "a", `^[a-b](,[a-b])?$`, "a,a"},
		{"list", "öl7/", `^[ö-÷a-z0-9]+/(,[ö-÷a-z0-9]+/)?$`, "öl7/,öl72/"}, {"list", "//", `^/+(,/+)?$`, "//,//"},
		{"list", "", "", ""}, {"text", "a", "", "a"},
	} {
		if got := (Parameter{Kind: c.kind, Example: c.example, AllowedPattern: c.pattern}).Shown(); got != c.want {
			t.Errorf("%+v: got %q", c, got)
		}
	}
}
