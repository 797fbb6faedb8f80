package proof

import (
	"encoding/json"
	"iter"
	"strings"

	"byocfn/internal/cfn"
)

// text gives a literal text, or the empty one.
func text(v cfn.Value) string {
	s, _ := v.(cfn.String)
	return string(s)
}

// args gives the arguments of a function that takes a list.
func args(fn cfn.Fn) []cfn.Value {
	list, _ := fn.Arg.(cfn.List)
	out := make([]cfn.Value, len(list))
	for i, item := range list {
		out[i] = item.Value
	}
	return out
}

// call gives the name and arguments of an intrinsic function, at least one; Ref's name is its one
// argument. A function without arguments is none: a vendor's own CloudFormation may hold one.
func call(v cfn.Value) (string, []cfn.Value) {
	fn, ok := v.(cfn.Fn)
	if !ok {
		return "", nil
	}
	if list, isList := fn.Arg.(cfn.List); isList {
		if len(list) == 0 {
			return "", nil
		}
		return fn.Name, args(fn)
	}
	return fn.Name, []cfn.Value{fn.Arg}
}

// refTo gives the name that a lone Ref or Fn::GetAtt names.
func refTo(v cfn.Value) string {
	name, as := call(v)
	if (name == "Ref" || name == "Fn::GetAtt") && len(as) > 0 {
		return text(as[0])
	}
	return ""
}

// isNoValue tells whether v removes the property that it stands for.
func isNoValue(v cfn.Value) bool {
	name, as := call(v)
	return name == "Ref" && len(as) == 1 && text(as[0]) == "AWS::NoValue"
}

// piece is a part of the text of Fn::Sub: literal, or a variable's name.
type piece struct{ literal, variable string }

// pieces cuts the text of Fn::Sub. ${!Literal} is the literal ${Literal}.
func pieces(text string) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		for text := text; text != ""; {
			i := strings.Index(text, "${")
			end := -1
			if i >= 0 {
				end = strings.IndexByte(text[i:], '}')
			}
			if end < 0 {
				yield(piece{literal: text})
				return
			}
			if i > 0 && !yield(piece{literal: text[:i]}) {
				return
			}
			next := piece{variable: text[i+2 : i+end]}
			if literal, ok := strings.CutPrefix(next.variable, "!"); ok {
				next = piece{literal: "${" + literal + "}"}
			}
			if !yield(next) {
				return
			}
			text = text[i+end+1:]
		}
	}
}

// subParts gives the text and the variables of Fn::Sub in either form.
func subParts(as []cfn.Value) (string, cfn.Map) {
	if len(as) == 0 {
		return "", nil
	}
	var vars cfn.Map
	if len(as) > 1 {
		vars, _ = as[1].(cfn.Map)
	}
	return text(as[0]), vars
}

// subVariable gives the value that a variable of Fn::Sub stands for.
func subVariable(name string, vars cfn.Map) cfn.Value {
	if v := vars.Get(name); v != nil {
		return v
	}
	if id, attr, ok := strings.Cut(name, "."); ok {
		return cfn.GetAtt(id, attr)
	}
	return cfn.Ref(name)
}

// resolve decides every Fn::If of v; nil means that v is left out.
func (s *scope) resolve(v cfn.Value, a Assignment) cfn.Value {
	switch v := v.(type) {
	case cfn.List:
		var out cfn.List
		for _, item := range v {
			if r := s.resolve(item.Value, a); r != nil {
				out = append(out, cfn.Item{Value: r})
			}
		}
		return out
	case cfn.Map:
		var out cfn.Map
		for _, e := range v {
			if r := s.resolve(e.Value, a); r != nil {
				out = append(out, cfn.Entry{Key: e.Key, Value: r})
			}
		}
		return out
	case cfn.Fn:
		return s.resolveFn(v, a)
	}
	return v
}

func (s *scope) resolveFn(fn cfn.Fn, a Assignment) cfn.Value {
	if isNoValue(fn) {
		return nil
	}
	if as := args(fn); fn.Name == "Fn::If" && len(as) == 3 {
		if s.condition(text(as[0])).holds(a) {
			return s.resolve(as[1], a)
		}
		return s.resolve(as[2], a)
	}
	return cfn.Fn{Name: fn.Name, Arg: s.resolve(fn.Arg, a)}
}

// atomsIn lists the atoms on which the Fn::Ifs of v depend.
func (s *scope) atomsIn(v cfn.Value) []string {
	var out []string
	cfn.Walk(v, func(v cfn.Value) {
		if name, as := call(v); name == "Fn::If" && len(as) == 3 {
			out = append(out, s.condition(text(as[0])).atoms()...)
		}
	})
	return out
}

// render writes a value as compact JSON, the same for equal values; comments leave no trace.
func render(v cfn.Value) string {
	var b strings.Builder
	write(&b, v)
	return b.String()
}

func write(b *strings.Builder, v cfn.Value) {
	switch v := v.(type) {
	case cfn.List:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			write(b, item.Value)
		}
		b.WriteByte(']')
	case cfn.Map:
		b.WriteByte('{')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quote(e.Key) + ":")
			write(b, e.Value)
		}
		b.WriteByte('}')
	case cfn.Fn:
		write(b, cfn.Map{{Key: v.Name, Value: v.Arg}})
	case nil:
		b.WriteString("null")
	default:
		data, _ := json.Marshal(v)
		if s, ok := v.(cfn.String); ok {
			data = []byte(quote(string(s)))
		}
		b.Write(data)
	}
}

// quote writes a JSON text without the escapes that only HTML needs.
func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}
