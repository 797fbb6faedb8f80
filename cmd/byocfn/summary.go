package main

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"byocfn/internal/artifact"
	"byocfn/internal/compile"
)

// byFolder gives the changed files of each folder of templates, with their marks.
func byFolder(changes []artifact.Change) map[string][]string {
	out := map[string][]string{}
	for _, c := range changes {
		folder, file := folderOf(c.Name)
		out[folder] = append(out[folder], string(c.Mark)+file)
	}
	return out
}

// folderOf divides PRODUCT/TEMPLATE/iam/X.json after the template.
func folderOf(name string) (folder, file string) {
	parts := strings.SplitN(name, "/", 3)
	if len(parts) < 3 {
		return path.Split(name)
	}
	return parts[0] + "/" + parts[1], parts[2]
}

// manyChanges is how many changed files are still named one by one.
const manyChanges = 3

// summary prints one line for each template: its size for a reviewer, and what this run changed.
func (a *app) summary(products []product, changed []artifact.Change) error {
	changes := byFolder(changed)
	w := tabwriter.NewWriter(a.err, 0, 0, 2, ' ', 0)
	for _, p := range products {
		for _, t := range p.result.Plans {
			dir := compile.Dir(t)
			yaml, _ := p.result.Files.Get(dir + "/template.yaml")
			fmt.Fprintf(w, "%s\t%s\t%s\t%s bytes\t%s\n", dir,
				plural(len(t.Resources), "resource"), plural(permissions(p.result.Files, dir), "permission"),
				thousands(len(yaml)), describe(changes[dir]))
			delete(changes, dir)
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(changes)) {
		fmt.Fprintf(w, "%s\t\t\t\t%s\n", strings.TrimSuffix(folder, "/"), describe(changes[folder]))
	}
	return w.Flush()
}

// describe names the changed files, or counts them where they are many.
func describe(changes []string) string {
	switch {
	case len(changes) == 0:
		return "unchanged"
	case len(changes) <= manyChanges:
		return strings.Join(changes, " ")
	}
	count := map[byte]int{}
	for _, c := range changes {
		count[c[0]]++
	}
	var out []string
	for _, kind := range []struct {
		mark byte
		word string
	}{{'+', "new"}, {'~', "changed"}, {'-', "removed"}} {
		if n := count[kind.mark]; n > 0 {
			out = append(out, plural(n, "file")+" "+kind.word)
		}
	}
	return strings.Join(out, ", ")
}

// permissions counts the statements of a template, as its permissions.json lists them.
func permissions(files artifact.Set, dir string) int {
	data, _ := files.Get(dir + "/permissions.json")
	return bytes.Count(data, []byte("\n  {")) // no text in JSON has a line break
}

// thousands groups digits: 41 233.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + " " + digits[i:]
	}
	return digits
}
