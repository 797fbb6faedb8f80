package cfn

// NoValue gives the reference that removes the property it stands for.
func NoValue() Fn { return Ref("AWS::NoValue") }

// Ref refers to a parameter, a pseudo parameter or a resource.
func Ref(name string) Fn { return Fn{"Ref", String(name)} }

// GetAtt refers to an attribute of a resource.
func GetAtt(id, attr string) Fn { return Fn{"Fn::GetAtt", Values(String(id), String(attr))} }

// Values makes a list without comments.
func Values(vs ...Value) List {
	l := make(List, len(vs))
	for i, v := range vs {
		l[i].Value = v
	}
	return l
}

// Strings makes a list of literal texts.
func Strings(ss ...string) List {
	l := make(List, len(ss))
	for i, s := range ss {
		l[i].Value = String(s)
	}
	return l
}

// Sub is Fn::Sub; with variables it takes the two-part form.
func Sub(text string, vars ...Entry) Fn {
	if len(vars) == 0 {
		return Fn{"Fn::Sub", String(text)}
	}
	return Fn{"Fn::Sub", Values(String(text), Map(vars))}
}

// If chooses by a condition's name.
func If(condition string, then, otherwise Value) Fn {
	return Fn{"Fn::If", Values(String(condition), then, otherwise)}
}

// Select takes one element of a list, counting from 0.
func Select(i int, list Value) Fn { return Fn{"Fn::Select", Values(Int(i), list)} }

// Split cuts a text at a literal delimiter.
func Split(delimiter string, text Value) Fn {
	return Fn{"Fn::Split", Values(String(delimiter), text)}
}

// Join joins a list with a literal delimiter.
func Join(delimiter string, list Value) Fn {
	return Fn{"Fn::Join", Values(String(delimiter), list)}
}

// FindInMap looks a fact up.
func FindInMap(mapping string, top, second Value) Fn {
	return Fn{"Fn::FindInMap", Values(String(mapping), top, second)}
}

// Equals compares two values, in conditions and rules.
func Equals(a, b Value) Fn { return Fn{"Fn::Equals", Values(a, b)} }

// Not negates a condition.
func Not(v Value) Fn { return Fn{"Fn::Not", Values(v)} }

// And holds when all (2 to 10) conditions hold.
func And(vs ...Value) Fn { return Fn{"Fn::And", Values(vs...)} }

// Or holds when one of (2 to 10) conditions holds.
func Or(vs ...Value) Fn { return Fn{"Fn::Or", Values(vs...)} }

// Cond refers to a condition inside another condition.
func Cond(name string) Fn { return Fn{"Condition", String(name)} }

// Base64 encodes a text.
func Base64(v Value) Fn { return Fn{"Fn::Base64", v} }

// StackSuffix is the UUID of the stack's id: 36 lower-case characters that no other stack shares.
func StackSuffix() Fn { return Select(2, Split("/", Ref("AWS::StackId"))) }
