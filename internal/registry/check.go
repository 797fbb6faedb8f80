package registry

import (
	"slices"
	"strconv"
	"strings"

	"byocfn/internal/cfn"
)

// Finding is one thing that the registry does not allow. Path leads to it: keys, and positions in
// lists. A property that is missing is missing at the end of the path.
type Finding struct {
	ID, Summary, Hint string
	Path              []string
}

// Check holds the properties of a resource against its type. What is known only at launch counts as
// right, as does a value behind a condition, and the empty text, which stands where a mistake was
// reported. With merged they are laid over others: then a mapping need not be complete, unless it
// stands in a list, which replaces another.
func (t *Type) Check(properties cfn.Map, merged bool) []Finding {
	c := &checker{t: t, merged: merged}
	if len(t.shapes) > 0 {
		c.mapping(properties, "0")
	}
	return c.found
}

type checker struct {
	t      *Type
	merged bool
	inList int
	path   []string
	found  []Finding
}

// fail reports what stands at the path.
func (c *checker) fail(id, summary, hint string) {
	c.found = append(c.found, Finding{id, summary, hint, slices.Clone(c.path)})
}

// at goes one step deeper for as long as check takes.
func (c *checker) at(step string, check func()) {
	c.path = append(c.path, step)
	check()
	c.path = c.path[:len(c.path)-1]
}

// value holds a value against a shape; see property.
func (c *checker) value(v cfn.Value, shape string) {
	if shape == "*" {
		return
	}
	switch v := v.(type) {
	case cfn.String:
		if v != "" {
			c.is(shape, "")
		}
	case cfn.Int, cfn.Bool:
		c.is(shape, "")
	case cfn.List:
		if c.is(shape, "[") {
			c.list(v, shape[1:])
		}
	case cfn.Map:
		if !isFunction(v) && c.is(shape, "{") {
			c.mapping(v, shape)
		}
	case cfn.Fn:
		c.function(v, shape)
	}
}

// is reports where what stands here is not of the wanted form: "" for one value, [ for a list, { for
// a mapping.
func (c *checker) is(shape, form string) bool {
	wanted := shape
	switch {
	case strings.HasPrefix(shape, "["), strings.HasPrefix(shape, "{"):
		wanted = shape[:1]
	case shape != "":
		wanted = "{" // the number of a mapping
	}
	if wanted == form {
		return true
	}
	words := map[string]string{"": "one value", "[": "a list", "{": "a mapping"}
	c.fail("wrong-shape", c.here()+" is "+words[form]+", and "+words[wanted]+" is wanted",
		"write "+words[wanted])
	return false
}

func (c *checker) list(v cfn.List, shape string) {
	c.inList++
	for i, item := range v {
		c.at(strconv.Itoa(i), func() { c.value(item.Value, shape) })
	}
	c.inList--
}

// function knows which functions give a text or a list, and looks into both branches of a condition.
// Source: CloudFormation user guide, "Intrinsic function reference".
func (c *checker) function(f cfn.Fn, shape string) {
	switch f.Name {
	case "Fn::Sub", "Fn::Join", "Fn::Base64":
		c.is(shape, "")
	case "Fn::Split", "Fn::GetAZs", "Fn::Cidr":
		c.is(shape, "[")
	case "Fn::If":
		branches, _ := f.Arg.(cfn.List)
		for _, branch := range branches[min(1, len(branches)):] {
			c.value(branch.Value, shape)
		}
	}
}

func (c *checker) mapping(v cfn.Map, shape string) {
	m, ok := c.t.mapping(shape)
	if !ok {
		for _, e := range v {
			c.at(e.Key, func() { c.value(e.Value, shape[1:]) })
		}
		return
	}
	for _, e := range v {
		p, known := m.find(e.Key)
		c.at(e.Key, func() {
			switch {
			case c.readOnly():
				c.fail("read-only-property", c.here()+" is read-only: CloudFormation ignores it", "remove it")
			case known:
				c.value(e.Value, p.shape)
			case !m.open:
				c.fail("unknown-property", c.owner()+" has no property "+strconv.Quote(e.Key),
					near(e.Key, c.writable(m)))
			}
		})
	}
	for _, p := range m.properties {
		if p.required && v.Get(p.name) == nil && (!c.merged || c.inList > 0) {
			c.fail("missing-property", c.here()+" needs the property "+strconv.Quote(p.name),
				"add "+p.name+": "+form(p.shape))
		}
	}
}

// isFunction knows what was meant as a function of CloudFormation, which the caller refuses.
func isFunction(v cfn.Map) bool {
	return len(v) == 1 && (v[0].Key == "Ref" || strings.HasPrefix(v[0].Key, "Fn::"))
}

// readOnly tells whether only CloudFormation sets what the path leads to.
func (c *checker) readOnly() bool {
	steps := slices.Clone(c.path)
	for i, step := range steps {
		if isPosition(step) {
			steps[i] = "*"
		}
	}
	return slices.Contains(c.t.ReadOnly, strings.Join(steps, "."))
}

// writable lists the properties beside what the path leads to, without those that are read-only.
func (c *checker) writable(m mapping) []string {
	var out []string
	path := c.path[:len(c.path)-1]
	for _, p := range m.properties {
		if beside := (&checker{t: c.t, path: append(slices.Clone(path), p.name)}); !beside.readOnly() {
			out = append(out, p.name)
		}
	}
	return out
}

// here names what the path leads to, without positions.
func (c *checker) here() string { return c.named(c.path) }

// owner names what holds it.
func (c *checker) owner() string { return c.named(c.path[:len(c.path)-1]) }

func (c *checker) named(path []string) string {
	names := slices.DeleteFunc(slices.Clone(path), isPosition)
	switch {
	case len(names) == 0:
		return c.t.Name
	case isPosition(path[len(path)-1]):
		return "an item of " + strings.Join(names, ".") + " of " + c.t.Name
	}
	return strings.Join(names, ".") + " of " + c.t.Name
}

func isPosition(step string) bool {
	_, err := strconv.Atoi(step)
	return err == nil
}

// form shows what to write for a shape.
func form(shape string) string {
	switch {
	case strings.HasPrefix(shape, "["):
		return "[" + form(shape[1:]) + "]"
	case shape == "" || shape == "*":
		return "…"
	}
	return "{ … }"
}
