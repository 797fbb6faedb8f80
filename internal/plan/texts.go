package plan

import (
	"path"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/diag"
	"byocfn/internal/spec"
)

// texts adds the texts that people paste elsewhere: each is an output with the customer's values,
// and a file in which the references still stand.
func (m *maker) texts() {
	files := map[string]diag.Range{}
	for _, n := range m.in.Stack.Texts {
		gate, exists := m.gate(n.Value.When, nil)
		if !exists {
			continue
		}
		t := Text{Name: n.Name.Value, Why: n.Value.Why.Value, File: fileOf(n), From: n.Name.At}
		key := strings.ToLower(t.File) // macOS and Windows do not tell case
		if first, taken := files[key]; taken {
			m.diags.Error(n.Name.At, "duplicate-file", t.Name+" and another text are the file "+t.File,
				"rename one of the files", diag.Note{Text: "the other is here", At: first})
		}
		files[key] = n.Name.At
		value, condition := m.textParts(&t, partsOf(n.Value), gate)
		if len(t.Parts) == 0 {
			continue
		}
		t.Condition = condition
		m.plan.Texts = append(m.plan.Texts, t)
		m.plan.Outputs = append(m.plan.Outputs, Output{Name: t.Name, Description: t.Why,
			Condition: condition, Value: value, From: t.From})
	}
}

// partsOf gives the parts of a text; a single file is one without a gate.
func partsOf(p spec.Paste) spec.Keyed[spec.PastePart] {
	if p.File.Value != "" {
		return spec.Keyed[spec.PastePart]{{Value: spec.PastePart{File: p.File}}}
	}
	return p.Parts
}

// fileOf names the file of a text: its own, or after the text where it has parts.
func fileOf(n spec.Named[spec.Paste]) string {
	if parts := n.Value.Parts; n.Value.File.Value == "" && len(parts) > 0 {
		return n.Name.Value + path.Ext(parts[0].Value.File.Value)
	}
	return n.Value.File.Value
}

// textParts resolves the parts of a text. It exists while any of its parts does.
func (m *maker) textParts(t *Text, parts spec.Keyed[spec.PastePart],
	outer []Literal) (value cfn.Value, condition string) {
	var values []cfn.Value
	var gates [][]Literal
	for _, p := range parts {
		file, known := m.in.Texts[p.Value.File.Value]
		gate, exists := m.gate(p.Value.When, outer)
		if !exists || !known { // a missing file was reported where it was read
			continue
		}
		own := within(gate, outer)
		pieces, v := m.textPieces(file, gate)
		if len(own) > 0 {
			gates = append(gates, gate)
		}
		t.Parts = append(t.Parts, TextPart{Gate: own, Pieces: pieces})
		t.Blanks = append(t.Blanks, m.blanks(file)...)
		values = append(values, v)
	}
	condition = m.condition(outer)
	if len(gates) == len(values) && len(gates) > 0 {
		condition = m.anyCondition("Has"+t.Name, gates)
	}
	if len(values) == 1 {
		return values[0], condition
	}
	for i, p := range t.Parts {
		values[i] = m.onlyIf(p.Gate, values[i], cfn.String(""))
	}
	return cfn.Join("", cfn.Values(values...)), condition
}

// textPieces resolves one file. A list stands in it as the customer wrote it, between commas.
func (m *maker) textPieces(file spec.Pasted, gate []Literal) (pieces []TextPiece, value cfn.Value) {
	var parts []cfn.Value
	for _, t := range file.Texts {
		if m.showsKey(t) {
			m.diags.Error(t.At, "secret-output", "a text cannot show an access key",
				"name the secret that holds it")
			continue
		}
		for _, p := range t.Parts {
			piece := TextPiece{Value: cfn.String(spec.ShowBlanks(p.Literal))}
			if p.Ref.Name != "" {
				piece = TextPiece{Ref: p.Ref.String(), Value: m.inText(p.Ref, t.At, gate)}
			}
			if m.isList(p.Ref) {
				piece.Value = cfn.Ref(p.Ref.Name)
			}
			parts = append(parts, piece.Value)
			if piece.Value = unhinted(piece.Value); m.isText(piece, t.At) {
				pieces = append(pieces, piece)
			}
		}
	}
	return pieces, concat(parts...)
}

func (m *maker) isText(p TextPiece, at diag.Range) bool {
	if _, isList := p.Value.(cfn.List); isList {
		m.diags.Error(at, "list-in-text", "${"+p.Ref+"} is a list", "write its items into the text")
		return false
	}
	return true
}

// blanks lists what people fill in, and refuses one that the stack knows better.
func (m *maker) blanks(file spec.Pasted) []string {
	var out []string
	for _, b := range file.Blanks {
		name, _, _ := strings.Cut(b.Value, ".")
		if e := m.names[name]; e != nil {
			m.diags.Error(b.At, "bad-placeholder", "‹"+b.Value+"› is left to people, but the stack has "+
				name, "write ${"+b.Value+"}", diag.Note{Text: name + " is here", At: e.at})
		}
		out = append(out, b.Value)
	}
	return out
}
