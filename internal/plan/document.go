package plan

import (
	"encoding/json"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
)

// document makes a policy document. Where a condition has references in its keys, the document
// becomes a JSON text for Fn::Sub, the only form in which CloudFormation substitutes there; linters
// do not look into it, so nothing in it may depend on a condition, and a proof parses it.
func (m *maker) document(at diag.Range, statements []Statement) Document {
	d := Document{Statements: statements}
	keyed := false
	for _, s := range statements {
		keyed = keyed || hasKeys(s.Condition)
	}
	if !keyed {
		return d
	}
	for _, s := range statements {
		if s.Gate != "" || hasIf(s) {
			m.diags.Error(s.From, "gated-text", s.Sid+" has a `when`, beside a key that holds a reference",
				"put the statements whose keys hold references into a policy of their own",
				diag.Note{Text: "the document is here", At: at})
			return d
		}
	}
	d.Text = documentText(statements)
	return d
}

func hasKeys(condition cfn.Map) bool {
	for _, op := range condition {
		keys, _ := op.Value.(cfn.Map)
		for _, key := range keys {
			if strings.Contains(key.Key, "${") {
				return true
			}
		}
	}
	return false
}

func hasIf(s Statement) bool {
	found := false
	for _, v := range []cfn.Value{cfn.Values(s.Resources...), s.Principal, s.Condition} {
		cfn.Walk(v, func(v cfn.Value) {
			f, _ := v.(cfn.Fn)
			found = found || f.Name == "Fn::If"
		})
	}
	return found
}

// documentText writes a document as JSON, one statement after the other.
func documentText(statements []Statement) cfn.Value {
	list := make([]cfn.Value, len(statements))
	for i, s := range statements {
		fields := cfn.Map{{Key: "Sid", Value: cfn.String(s.Sid)}, {Key: "Effect", Value: cfn.String(s.Effect)}}
		if s.Principal != nil {
			fields = append(fields, cfn.Entry{Key: "Principal", Value: s.Principal})
		}
		fields = append(fields, cfn.Entry{Key: "Action", Value: cfn.Strings(s.Actions...)})
		if len(s.Resources) > 0 {
			fields = append(fields, cfn.Entry{Key: "Resource", Value: oneOrMany(s.Resources)})
		}
		if len(s.Condition) > 0 {
			fields = append(fields, cfn.Entry{Key: "Condition", Value: s.Condition})
		}
		list[i] = fields
	}
	return concat(written(cfn.Map{{Key: "Version", Value: cfn.String("2012-10-17")},
		{Key: "Statement", Value: cfn.Values(list...)}}, "\n")...)
}

// written gives the pieces of a value as JSON; line is a line break with the indentation.
func written(v cfn.Value, line string) []cfn.Value {
	switch v := unhinted(v).(type) {
	case cfn.Map:
		return enclosed("{", "}", line, len(v), func(i int) []cfn.Value {
			key := strings.ReplaceAll(jsonText(v[i].Key), "${!", literalOpen)
			return append(keyPieces(key+": "), written(v[i].Value, line+"  ")...)
		})
	case cfn.List:
		if len(v) == 1 && isSplit(v[0].Value) {
			return written(v[0].Value, line)
		}
		return enclosed("[", "]", line, len(v), func(i int) []cfn.Value {
			return written(v[i].Value, line+"  ")
		})
	case cfn.String:
		return []cfn.Value{cfn.String(jsonText(string(v)))}
	case cfn.Fn:
		if v.Name == "Fn::Split" {
			list := hinted{cfn.Join(`","`, v), or(joinedOf(v), "List")}
			return []cfn.Value{cfn.String(`["`), list, cfn.String(`"]`)}
		}
		out := []cfn.Value{cfn.String(`"`)}
		for _, piece := range flat(v) {
			if s, ok := piece.(cfn.String); ok {
				quoted := jsonText(string(s))
				piece = cfn.String(quoted[1 : len(quoted)-1])
			}
			out = append(out, piece)
		}
		return append(out, cfn.String(`"`))
	}
	return nil
}

// literalOpen stands for a literal ${ while the references of a key are looked for.
const literalOpen = "\x00"

// keyPieces cuts a key at its references.
func keyPieces(key string) []cfn.Value {
	out := pieces(key, nil)
	for i, piece := range out {
		if s, ok := piece.(cfn.String); ok {
			out[i] = cfn.String(strings.ReplaceAll(string(s), literalOpen, "${"))
		}
	}
	return out
}

func enclosed(open, shut, line string, n int, part func(int) []cfn.Value) []cfn.Value {
	out := []cfn.Value{cfn.String(open)}
	for i := range n {
		comma := ""
		if i > 0 {
			comma = ","
		}
		out = append(out, cfn.String(comma+line+"  "))
		out = append(out, part(i)...)
	}
	return append(out, cfn.String(line+shut))
}

// jsonText quotes a text without the escapes that only HTML needs.
func jsonText(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}
