package docs

import (
	"strconv"
	"strings"

	"byocfn/internal/artifact"
	"byocfn/internal/cfn"
	"byocfn/internal/jsontext"
	"byocfn/internal/plan"
)

// broughtOwn writes for each thing that the customer may bring what the stack would have given it.
func broughtOwn(p *plan.Plan) []artifact.File {
	var out []artifact.File
	for _, i := range p.Instead {
		w := &page{}
		w.WriteString("# Your own " + inline(i.Noun) + " for " + inline(i.ID) + "\n")
		w.paragraph("If you name it in " + code(i.Parameter) + ", add this to it yourself. Names in " +
			code("${}") + " stand for parameters and resources of the stack; where a part hangs on a " +
			"condition, [the README](../README.md) says which.")
		for _, r := range p.Resources {
			if b, ok := r.Body.(*plan.Bucket); ok && r.ID == i.ID {
				settings(w, speaker{plan: p}, b, r.Extra)
			}
		}
		ownDocuments(w, p, i)
		attachAsWell(w, p, i)
		changedLater(w, p, i)
		out = append(out, artifact.File{Name: ownFile(i), Data: []byte(w.String())})
	}
	return out
}

// settings says what the stack sets on a bucket that it makes, so that another can be made alike.
func settings(w *page, s speaker, b *plan.Bucket, more cfn.Map) {
	w.heading(2, "How the stack would make it")
	facts := []string{
		"Block Public Access: all four settings are on.",
		"Object Ownership: bucket owner enforced, so that ACLs have no effect.",
		"Encryption: " + encryption(s, b) + ".",
		"Versioning: " + map[bool]string{true: "enabled", false: "not enabled"}[b.Versions] + ".",
	}
	if b.Unfinished > 0 {
		facts = append(facts, "Lifecycle: parts of uploads that were never finished go after "+
			days(b.Unfinished)+".")
	}
	for _, e := range b.Expire {
		fact := "Lifecycle: what begins with " + code(e.Prefix) + " expires after " + days(e.Days)
		if b.Versions {
			fact += ", and its old versions a day later"
		}
		facts = append(facts, fact+".")
	}
	if b.LogPrefix != "" {
		to := "into the bucket itself"
		if b.LogTo != nil {
			to = "into " + strings.Join(s.lines(b.LogTo), ", ")
			if len(choicesIn(b.LogTo)) > 0 {
				to += ", otherwise into the bucket itself"
			}
		}
		facts = append(facts, "Access logs: "+to+", under "+code(b.LogPrefix)+".")
	}
	for _, e := range more {
		facts = append(facts, code(e.Key)+": "+s.said(e.Value))
	}
	w.list(facts...)
}

func encryption(s speaker, b *plan.Bucket) string {
	how := "AES-256 with keys of S3"
	if b.Key != nil {
		how = "AWS KMS with the key " + strings.Join(s.lines(b.Key), " or ")
	}
	if b.BucketKey {
		how += ", with a bucket key"
	}
	return how
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return strconv.Itoa(n) + " days"
}

// ownDocuments prints the documents of a role, or the policy of a bucket.
func ownDocuments(w *page, p *plan.Plan, i plan.Instead) {
	c := choices{p, []plan.Literal{{Atom: i.Parameter}}}
	theirs := strings.NewReplacer("${"+i.ID+".Arn}", ownArn(i), "${"+i.ID+"}", "${"+i.Parameter+"}")
	for _, r := range p.Resources {
		var documents jsonMap
		policy, isBucket := r.Body.(*plan.BucketPolicy)
		switch {
		case r.ID == i.ID:
			documents = documentsOf(r, c)
		case isBucket && strings.Contains(Text(policy.Bucket), "${"+i.ID+"}"):
			documents = documentsOf(r, c)
		}
		for _, d := range documents {
			w.heading(2, d.Key)
			w.block("json", theirs.Replace(string(jsontext.Print(d.Value))))
		}
	}
}

// attachAsWell names the policies of the stack that hold what a role may do.
func attachAsWell(w *page, p *plan.Plan, i plan.Instead) {
	var carried []string
	for _, r := range p.Resources {
		if b, ok := r.Body.(*plan.ManagedPolicy); ok && strings.Contains(carriers(p, b), "${"+i.ID+"}") {
			carried = append(carried, "the policy "+code("${"+r.ID+"}")+" of the stack")
		}
	}
	if len(carried) > 0 {
		w.heading(2, "Attach as well")
		w.list(carried...)
	}
}

// changedLater says what an update does that fills or empties the parameter.
func changedLater(w *page, p *plan.Plan, i plan.Instead) {
	fill := "Filled by a later update: the stack's own " + i.Noun + " is deleted"
	empty := "Emptied by a later update: the stack makes a " + i.Noun + ", and yours stays as it is"
	if i.Noun == "bucket" {
		fill += "; while it holds files, that fails"
		for _, r := range kept(p) {
			if r.ID == i.ID {
				fill = "Filled by a later update: the bucket that the stack made stays in your account with " +
					"its files, and belongs to the stack no more"
			}
		}
		fill += ". Permissions move to yours; files do not, so copy them first."
		empty += ". The new one is empty: permissions move to it, files do not."
	} else {
		fill += ", and what runs with it loses its permissions: move it to yours first."
		empty += ", with what you added to it. Remove that yourself."
	}
	w.heading(2, "If you change the parameter later")
	w.list(fill, empty)
}
