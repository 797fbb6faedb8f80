package published

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Document is one published document: an entry of documents.yaml with its JSON.
type Document struct {
	Name   text `key:"name,required" doc:"The file's name without .json."`
	Title  text `key:"title,required" doc:"What the vendor calls it."`
	Source text `key:"source,required" doc:"Where it is published."`
	Note   text `key:"note" doc:"How the file departs from the published letters."`
	JSON   []byte
}

// ReadDocuments reads documents.yaml: the product's title, and its documents in the order of the
// table.
func ReadDocuments(name string, data []byte) (title string, documents []Document, err error) {
	var out struct {
		Title     text       `key:"title,required"`
		Documents []Document `key:"documents,required"`
	}
	err = decode(name, data, &out)
	return string(out.Title), out.Documents, err
}

// Pair says which documents together are the permissions of which holder.
type Pair struct {
	Holder    string
	Documents []string
}

// Case is one stack under one launch. Its Values go before those of the product.
type Case struct {
	Name, Stack string
	Inputs      Inputs
	Values      Values
	Pairs       []Pair
}

// Product is what is compared of one product: its cases, and what stands for the placeholders of
// its documents.
type Product struct {
	Name   string
	Values Values
	Cases  []Case
}

// Evidence is what the comparison reads: templates by the names of their stacks.
type Evidence struct {
	Documents   []Document
	Differences Differences
	Templates   map[string][]byte
}

// Report is what the comparison found, for the table.
type Report struct {
	By      map[string][]string // statement of a document → ours that permit some of it
	Holders map[string][]string // document → holders
}

// Judge holds every case against the documents. An error lists everything that nobody answered for
// and every answer to nothing.
func Judge(p Product, e Evidence) (Report, error) {
	j := judge{product: p, evidence: e, used: map[string]bool{},
		report: Report{By: map[string][]string{}, Holders: map[string][]string{}}}
	for _, c := range p.Cases {
		j.hold(c)
	}
	j.stale()
	return j.report, errors.Join(j.problems...)
}

type judge struct {
	product  Product
	evidence Evidence
	report   Report
	used     map[string]bool // residues, documents, stacks and holders that were met
	problems []error
}

func (j *judge) wrong(err error) {
	same := func(e error) bool { return err != nil && e.Error() == err.Error() }
	if err != nil && !slices.ContainsFunc(j.problems, same) {
		j.problems = append(j.problems, err)
	}
}

// hold compares one case.
func (j *judge) hold(c Case) {
	where := j.product.Name + ", " + c.Name
	j.used["stack "+c.Stack] = true
	stack, err := Open(j.evidence.Templates[c.Stack], c.Inputs)
	if err != nil {
		j.wrong(fmt.Errorf("%s: %w", where, err))
		return
	}
	holders, err := stack.Holders()
	if err != nil {
		j.wrong(fmt.Errorf("%s: %w", where, err))
	}
	compared := map[string]bool{}
	for _, pair := range c.Pairs {
		at := slices.IndexFunc(holders, func(h Holder) bool { return h.ID == pair.Holder })
		if at < 0 {
			j.wrong(fmt.Errorf("%s: nothing is %s in this launch", where, pair.Holder))
			continue
		}
		for _, s := range holders[at].Statements {
			compared[s.Name] = true
		}
		j.pair(c.Values, pair, holders[at])
	}
	for _, h := range holders {
		for _, s := range h.Statements {
			if !compared[s.Name] {
				j.alone(where, h.ID, s.Name)
			}
		}
	}
}

// published gives the statements of all documents of a pair.
func (j *judge) published(values Values, pair Pair) ([]Statement, error) {
	all := maps.Clone(j.product.Values)
	maps.Copy(all, values)
	var out []Statement
	var problems []error
	for _, name := range pair.Documents {
		at := slices.IndexFunc(j.evidence.Documents, func(d Document) bool {
			return string(d.Name) == name
		})
		if at < 0 {
			problems = append(problems, fmt.Errorf("there is no document %s", name))
			continue
		}
		statements, err := Read(name, j.evidence.Documents[at].JSON, all)
		problems = append(problems, err)
		out = append(out, statements...)
	}
	return out, errors.Join(problems...)
}

// pair compares one holder with its documents.
func (j *judge) pair(values Values, pair Pair, h Holder) {
	published, err := j.published(values, pair)
	j.wrong(err)
	for _, name := range pair.Documents {
		j.report.Holders[name] = union(j.report.Holders[name], []string{h.ID})
		j.used["document "+name] = true
	}
	result := Compare(published, h.Statements)
	for name, by := range result.By {
		j.report.By[name] = union(j.report.By[name], by)
	}
	for _, r := range result.Document {
		j.residue(r, false)
	}
	for _, r := range result.Ours {
		j.residue(r, true)
	}
}

// residue looks for the difference that answers for it.
func (j *judge) residue(r Residue, ours bool) {
	key := side(ours) + r.key()
	for _, d := range j.evidence.Differences.Differences {
		if slices.Contains(d.keys(), key) {
			j.used[key] = true
			return
		}
	}
	j.wrong(fmt.Errorf("%s: nobody answers for\n%s", j.product.Name, Print(r, ours)))
}

func side(ours bool) string {
	if ours {
		return "ours "
	}
	return "document "
}

// keys tells the residues of a difference.
func (d Difference) keys() []string {
	var out []string
	for _, w := range d.Document {
		out = append(out, side(false)+w.residue().key())
	}
	for _, w := range d.Ours {
		out = append(out, side(true)+w.residue().key())
	}
	return out
}

// alone looks for the answer for a holder that no document is about. An answer for a role is one for
// its trust too, unless documents are about the role.
func (j *judge) alone(where, holder, statement string) {
	id, _, _ := strings.Cut(holder, ".")
	if j.hasDocuments(id) {
		id = holder
	}
	for _, a := range j.evidence.Differences.Principals {
		if name := string(a.Name); name == id {
			j.used["principal "+name] = true
			return
		}
	}
	j.wrong(fmt.Errorf("%s: no document is about %s", where, statement))
}

func (j *judge) hasDocuments(holder string) bool {
	about := func(p Pair) bool { return p.Holder == holder }
	return slices.ContainsFunc(j.product.Cases, func(c Case) bool {
		return slices.ContainsFunc(c.Pairs, about)
	})
}

// stale finds answers to nothing, and what no case looks at.
func (j *judge) stale() {
	for _, d := range j.evidence.Differences.Differences {
		for _, key := range d.keys() {
			if !j.used[key] {
				j.wrong(fmt.Errorf("line %d: nothing differs so: %s", d.At.Start.Line, key))
			}
		}
	}
	for _, a := range j.evidence.Differences.Principals {
		if !j.used["principal "+string(a.Name)] {
			j.wrong(fmt.Errorf("principals: %s has documents, or nothing is it", a.Name))
		}
	}
	for _, d := range j.evidence.Documents {
		omitted := func(a Answer) bool { return a.Name == d.Name }
		if j.used["document "+string(d.Name)] ==
			slices.ContainsFunc(j.evidence.Differences.Omitted, omitted) {
			j.wrong(fmt.Errorf("document %s: compare it or omit it with a reason", d.Name))
		}
	}
	for _, a := range j.evidence.Differences.Omitted {
		is := func(d Document) bool { return d.Name == a.Name }
		if !slices.ContainsFunc(j.evidence.Documents, is) {
			j.wrong(fmt.Errorf("omitted: there is no document %s", a.Name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(j.evidence.Templates)) {
		if !j.used["stack "+name] {
			j.wrong(fmt.Errorf("%s: no case looks at stack %s", j.product.Name, name))
		}
	}
}
