package plan

import "byocfn/internal/spec"

// actions gives the actions of a statement, those of a fact with the place where it is named. What
// several stacks of a product allow may stand once among its facts; nothing that a customer chooses
// can become an action.
func (m *maker) actions(texts spec.Texts) spec.Words {
	var out spec.Words
	for _, t := range texts {
		if action, literal := t.Literal(); literal {
			out = append(out, spec.Word{Value: action, At: t.At})
			continue
		}
		ref, lone := t.Lone()
		fact := m.in.Product.Facts.Get(ref.Attr)
		switch {
		case !lone || ref.Name != "facts":
			m.diags.Error(t.At, "reference-here", "an action cannot hold ${"+t.Refs()[0].String()+"}",
				"write the actions, or one fact of the product that lists them: ${facts.NAME}")
			continue
		case fact == nil:
			m.unknownAttr("facts", ref.Attr, namesOf(m.in.Product.Facts), t.At)
			continue
		}
		for _, action := range fact.Values {
			spec.CheckAction(spec.Word{Value: action, At: fact.At}, m.diags)
			out = append(out, spec.Word{Value: action, At: t.At})
		}
	}
	return out
}
