// Package cfn is the language of CloudFormation: values with intrinsic functions, names and limits.
// It knows the template as a tree and nothing of how it is printed or why it was made.
package cfn

// Value is a node of a template: String, Int, Bool, List, Map or Fn. Nil is not a value.
type Value interface{ isValue() }

// String is a literal text; it never holds a reference.
type String string

// Int is a literal whole number.
type Int int64

// Bool is a literal true or false.
type Bool bool

// List is an ordered list; an item may carry a comment for the reader.
type List []Item

// Item is one element of a List.
type Item struct {
	Value   Value
	Comment string // printed above the item, may have several lines
}

// Map is a mapping that keeps its order.
type Map []Entry

// Entry is one key of a Map.
type Entry struct {
	Key     string
	Value   Value
	Comment string // printed above the key, may have several lines
	Space   bool   // a blank line comes before
}

// Fn is an intrinsic function, in the long spelling: Ref, Condition, Fn::GetAtt, Fn::Sub ...
// Its argument has the shape of the JSON form, except that Fn::GetAtt holds a list of two strings.
type Fn struct {
	Name string
	Arg  Value
}

func (String) isValue() {}
func (Int) isValue()    {}
func (Bool) isValue()   {}
func (List) isValue()   {}
func (Map) isValue()    {}
func (Fn) isValue()     {}

// Get gives the value of a key, or nil.
func (m Map) Get(key string) Value {
	for _, e := range m {
		if e.Key == key {
			return e.Value
		}
	}
	return nil
}

// Set replaces the value of a key, or appends it.
func (m *Map) Set(key string, v Value) {
	for i := range *m {
		if (*m)[i].Key == key {
			(*m)[i].Value = v
			return
		}
	}
	*m = append(*m, Entry{Key: key, Value: v})
}

// Walk calls visit for v and everything in it, parents first.
func Walk(v Value, visit func(Value)) {
	if v == nil {
		return
	}
	visit(v)
	switch v := v.(type) {
	case List:
		for _, item := range v {
			Walk(item.Value, visit)
		}
	case Map:
		for _, e := range v {
			Walk(e.Value, visit)
		}
	case Fn:
		Walk(v.Arg, visit)
	}
}
