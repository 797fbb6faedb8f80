package stack

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// show prints a tree so that a text differs from a number and a literal from a function.
func show(v cfn.Value) string {
	var b strings.Builder
	write(&b, v, "")
	return b.String()
}

func write(b *strings.Builder, v cfn.Value, indent string) {
	switch v := v.(type) {
	case cfn.Map:
		for _, e := range v {
			if e.Space {
				b.WriteString("\n")
			}
			note(b, e.Comment, indent)
			b.WriteString(indent + e.Key + ":")
			child(b, e.Value, indent)
		}
	case cfn.List:
		for _, item := range v {
			note(b, item.Comment, indent)
			b.WriteString(indent + "-")
			child(b, item.Value, indent)
		}
	}
}

func child(b *strings.Builder, v cfn.Value, indent string) {
	switch v := v.(type) {
	case cfn.Map, cfn.List:
		b.WriteString("\n")
		write(b, v, indent+"  ")
	case cfn.Fn:
		b.WriteString(" !" + v.Name)
		child(b, v.Arg, indent)
	case cfn.String:
		fmt.Fprintf(b, " %q\n", string(v))
	default:
		fmt.Fprintf(b, " %v\n", v)
	}
}

func note(b *strings.Builder, comment, indent string) {
	if comment == "" {
		return
	}
	for line := range strings.SplitSeq(comment, "\n") {
		b.WriteString(strings.TrimRight(indent+"# "+line, " ") + "\n")
	}
}

// trees reads the expected trees of a txtar archive.
func trees(t *testing.T, name string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, file := range strings.Split("\n"+string(data), "\n-- ")[1:] {
		name, body, _ := strings.Cut(file, " --\n")
		out[name] = strings.TrimRight(body, "\n") + "\n"
	}
	return out
}

// built gives the tree of one resource.
func built(t *testing.T, r plan.Resource) string {
	t.Helper()
	r.ID = "It"
	template, err := Build(&plan.Plan{Resources: []plan.Resource{r}})
	if err != nil {
		t.Fatal(err)
	}
	all, ok := template.Tree.Get("Resources").(cfn.Map)
	if !ok {
		t.Fatal("no resources")
	}
	return show(all.Get("It"))
}
