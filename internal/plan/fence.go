package plan

import (
	"slices"
	"strings"

	"byocfn/internal/diag"
	"byocfn/internal/iam"
	"byocfn/internal/spec"
)

// held is a statement of an identity policy as lints read it, with when it holds and where it stands.
type held struct {
	owner  string // id of the role, user or policy
	gate   []Literal
	name   spec.Word
	accept spec.Accepts
	places func() places
	judged iam.Statement
	read   *iam.Weighed // where fences are looked at
	asked  bool         // it was asked for hollow-fence
}

// hold remembers a statement for lints about several.
func (m *maker) hold(in statementsOf, n spec.Named[spec.Statement], s Statement,
	judged iam.Statement, places func() places) {
	if in.kind == bucketPolicy {
		return
	}
	m.held = append(m.held, held{owner: in.owner, gate: slices.Concat(in.gate, s.Literals),
		name: n.Name, accept: n.Value.Accept, places: places, judged: judged})
}

// holding is one principal: whose statements it holds, and which policy bounds it.
type holding struct {
	owners   []string
	boundary string
	gate     []Literal
}

// holdings lists the principals that the stack knows. A policy that nobody in the stack holds is one
// by itself, as somebody else will hold it.
func (m *maker) holdings() []holding {
	var out []holding
	add := func(id string, policies spec.Texts, boundary spec.Word) {
		if e := m.names[id]; e != nil && !e.absent {
			out = append(out, holding{append(rawOf(policies), id), boundary.Value, e.madeWhen()})
		}
	}
	for _, r := range m.in.Stack.Roles {
		add(r.Name.Value, r.Value.Policies, r.Value.Boundary)
	}
	for _, u := range m.in.Stack.Users {
		add(u.Name.Value, u.Value.Policies, u.Value.Boundary)
	}
	theirs := map[string]int{} // by the parameter that names a role of the customer
	for _, p := range m.in.Stack.Policies {
		for _, role := range rawOf(p.Value.AttachTo) {
			if i, known := theirs[role]; known {
				out[i].owners = append(out[i].owners, p.Name.Value)
				continue
			}
			theirs[role] = len(out)
			out = append(out, holding{owners: []string{p.Name.Value}})
		}
		alone := func(h holding) bool { return slices.Contains(h.owners, p.Name.Value) }
		if p.Value.Boundary == nil && !slices.ContainsFunc(out, alone) {
			out = append(out, holding{owners: []string{p.Name.Value}})
		}
	}
	return out
}

func rawOf(texts spec.Texts) []string {
	var out []string
	for _, t := range texts {
		out = append(out, t.Raw)
	}
	return out
}

// fences finds tags on which a principal may act, and which it may set itself on what is not its own:
// such a condition binds nothing.
func (m *maker) fences() {
	if !slices.ContainsFunc(m.held, held.isFence) {
		return
	}
	for i := range m.held {
		m.held[i].read = iam.Weigh(m.in.Facts, m.held[i].judged)
	}
	for _, h := range m.holdings() {
		var own, bounding []*held
		for i := range m.held {
			s := &m.held[i]
			switch {
			case slices.Contains(h.owners, s.owner):
				own = append(own, s)
			case s.owner == h.boundary:
				bounding = append(bounding, s)
			}
		}
		m.fencesOf(h, own, bounding)
	}
}

func (h held) isFence() bool { return iam.FencesByTag(h.judged) }

func (h held) accepts(id string) bool { return spec.Keyed[spec.Word](h.accept).Get(id) != nil }

func (m *maker) fencesOf(h holding, own, bounding []*held) {
	fences := slices.DeleteFunc(slices.Concat(own, bounding), func(s *held) bool {
		limits := s.judged.Effect != "Deny" && slices.Contains(bounding, s)
		return limits || !s.isFence()
	})
	if len(fences) == 0 {
		return
	}
	for _, tagger := range own {
		if tagger.asked || !tagger.read.Tags() {
			continue
		}
		var round []*held
		var first iam.Gap
		for _, fence := range fences {
			under := slices.Concat(h.gate, tagger.gate, fence.gate)
			if slices.ContainsFunc(under, func(l Literal) bool {
				return guaranteed(Literal{Not: !l.Not, Atom: l.Atom}, under)
			}) {
				continue // never both
			}
			gap, found := iam.Hollow(m.in.Facts, iam.Fence{By: fence.read, Tagger: tagger.read,
				Rest: func() iam.Rest { return h.rest(own, bounding, under) }})
			if found && len(round) == 0 {
				first = gap
			}
			if found {
				round = append(round, fence)
			}
			if found && tagger.accepts(hollowFence) {
				break // one is enough to know that it was asked for
			}
		}
		if len(round) > 0 {
			m.tellHollow(tagger, round, first)
		}
	}
}

// rest gives what else holds wherever the two do, and what a boundary allows.
func (h holding) rest(own, bounding []*held, under []Literal) iam.Rest {
	out := iam.Rest{Bounded: h.boundary != ""}
	add := func(to *[]*iam.Weighed, s *held) {
		if len(s.gate) == 0 || implies(under, s.gate) {
			*to = append(*to, s.read)
		}
	}
	for _, s := range own {
		if s.judged.Effect == "Deny" {
			add(&out.Denies, s)
		} else {
			add(&out.Allows, s)
		}
	}
	for _, s := range bounding {
		if s.judged.Effect == "Deny" {
			add(&out.Denies, s)
		} else {
			out.Bounds = append(out.Bounds, s.read)
		}
	}
	return out
}

// tellHollow tells of the first fence, and where all of them are.
func (m *maker) tellHollow(tagger *held, round []*held, gap iam.Gap) {
	tagger.asked = true
	does := "set the tag " + gap.Key + " on"
	hint := "demand aws:ResourceTag/" + gap.Key + " here too, or keep the key away with aws:TagKeys"
	switch {
	case gap.Off:
		does = "take the tag " + gap.Key + " off"
		hint = "keep the key " + gap.Key + " away: ForAllValues:StringNotEquals on aws:TagKeys"
	case gap.AtCreation != "":
		hint = "demand " + gap.AtCreation + " for tags on what is being made, and aws:ResourceTag/" +
			gap.Key + " for later ones"
	}
	summary := tagger.name.Value + ": " + gap.Action + " may " + does + " what " + round[0].name.Value +
		" shuts out, such as " + strings.Trim(gap.Type, "/") + ", and so open it"
	var notes []diag.Note
	for _, fence := range round {
		notes = append(notes, diag.Note{Text: fence.name.Value + " is here", At: fence.name.At})
	}
	m.ask(answersOf(tagger.name.Value, tagger.accept), wordOf(tagger.name.At, tagger.places(), gap.Entry),
		hollowFence, summary, hint, notes...)
}

// fenceAnswer is an accept of hollow-fence in one variant.
type fenceAnswer struct {
	owner string
	at    diag.Range
	asked bool
}

func (m *maker) fenceAnswers() []fenceAnswer {
	var out []fenceAnswer
	for _, s := range m.held {
		for _, a := range s.accept {
			if a.Name.Value == hollowFence {
				out = append(out, fenceAnswer{s.name.Value, a.Name.At, s.asked})
			}
		}
	}
	return out
}

// unaskedFences tells of answers that no variant asks for.
func unaskedFences(answers []fenceAnswer, diags *diag.List) {
	for i, a := range answers {
		same := func(o fenceAnswer) bool { return o.at == a.at }
		if slices.ContainsFunc(answers, func(o fenceAnswer) bool { return same(o) && o.asked }) ||
			slices.ContainsFunc(answers[:i], same) {
			continue
		}
		diags.Warn(a.at, "unused-accept", a.owner+" accepts "+quote(hollowFence)+
			", but nothing asks for it", "remove the answer, or correct its name")
	}
}
