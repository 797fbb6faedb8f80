package published

import (
	"slices"
	"strings"

	"byocfn/internal/cfn"
)

// Holder is whatever has statements: a role, user or group with all that is attached to it, from
// either side; the trust of a role (ID.trust); a policy or a resource with a policy of its own.
type Holder struct {
	ID         string // logical id, or ID.trust
	Statements []Statement
}

// Holders gives everything in the template that has statements in this launch, in its order, and an
// error for what could not be evaluated.
func (s *Stack) Holders() ([]Holder, error) {
	c := &collector{stack: s, byName: map[string]string{}, byARN: map[string][]Statement{}}
	for _, r := range s.resources {
		if s.exists(r.Key) {
			c.know(r.Key)
		}
	}
	for _, r := range s.resources {
		if s.exists(r.Key) {
			c.collect(r.Key)
		}
	}
	return c.out, s.Err()
}

type collector struct {
	stack  *Stack
	byName map[string]string      // KIND NAME → logical id
	byARN  map[string][]Statement // of the template's managed policies
	out    []Holder
}

// reader reads evaluated statements. An ARN in any partition is one in the partition of the launch:
// no principal acts in another.
func (c *collector) reader() reader {
	here := "arn:" + cfn.Partition(c.stack.in.Region) + ":"
	expand := func(v cfn.Value) []string {
		out := c.stack.flat(v)
		for i, text := range out {
			if rest, anywhere := strings.CutPrefix(text, "arn:*:"); anywhere {
				out[i] = here + rest
			}
		}
		return out
	}
	return reader{expand, c.stack.say}
}

// principalTypes are what policies are attached to; a policy names them in properties called so.
func principalTypes() []string { return []string{"Role", "User", "Group"} }

// know remembers how others will name a principal or a policy.
func (c *collector) know(id string) {
	kind := strings.TrimPrefix(c.stack.kind(id), "AWS::IAM::")
	if slices.Contains(principalTypes(), kind) {
		c.byName[kind+" "+plain(c.stack.ref(id))] = id
	}
	if kind == "ManagedPolicy" {
		c.byARN[plain(c.stack.ref(id))] = c.document(id, "PolicyDocument", id)
	}
}

func (c *collector) document(id, property, name string) []Statement {
	return c.reader().statements(name, c.stack.Value(c.stack.properties(id).Get(property)))
}

// collect adds what one resource says to the holders that it speaks of.
func (c *collector) collect(id string) {
	properties := c.stack.properties(id)
	switch kind := c.stack.kind(id); kind {
	case "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group":
		c.principal(id, properties)
	case "AWS::IAM::ManagedPolicy":
		own := c.byARN[plain(c.stack.ref(id))]
		c.add(id, own)
		c.attached(id, own)
	case "AWS::IAM::Policy":
		c.attached(id, c.document(id, "PolicyDocument", id))
	case "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy":
		who := strings.TrimSuffix(kind[len("AWS::IAM::"):], "Policy")
		name := c.stack.text(properties.Get(who + "Name"))
		c.give(who, name, id, c.document(id, "PolicyDocument", id))
	default:
		for _, property := range []string{"PolicyDocument", "KeyPolicy", "AccessPolicy"} {
			if properties.Get(property) != nil {
				c.add(id, c.document(id, property, id))
			}
		}
	}
}

// principal adds trust, inline policies and what the principal itself says is attached to it.
func (c *collector) principal(id string, properties cfn.Map) {
	c.add(id, nil)
	if properties.Get("AssumeRolePolicyDocument") != nil {
		c.add(id+".trust", c.document(id, "AssumeRolePolicyDocument", id+".trust"))
	}
	inline, _ := c.stack.Value(properties.Get("Policies")).(cfn.List)
	for _, item := range inline {
		policy, _ := item.Value.(cfn.Map)
		name := id + "/" + plain(policy.Get("PolicyName"))
		c.add(id, c.reader().statements(name, policy.Get("PolicyDocument")))
	}
	var foreign []string
	for _, arn := range c.stack.texts(properties.Get("ManagedPolicyArns")) {
		if own, ok := c.byARN[arn]; ok {
			c.add(id, own)
		} else {
			foreign = append(foreign, arn)
		}
	}
	c.add(id, attachment(id, foreign))
}

// attached gives a policy to the principals that it names itself.
func (c *collector) attached(id string, statements []Statement) {
	for _, kind := range principalTypes() {
		for _, name := range c.stack.texts(c.stack.properties(id).Get(kind + "s")) {
			c.give(kind, name, id, statements)
		}
	}
}

// give adds to a principal of the template, or, where it is none, to the policy as its own holder.
func (c *collector) give(kind, name, id string, statements []Statement) {
	if holder, ok := c.byName[kind+" "+name]; ok {
		id = holder
	}
	c.add(id, statements)
}

// add puts statements to a holder, each once.
func (c *collector) add(id string, statements []Statement) {
	at := slices.IndexFunc(c.out, func(h Holder) bool { return h.ID == id })
	if at < 0 {
		at = len(c.out)
		c.out = append(c.out, Holder{ID: id})
	}
	for _, s := range statements {
		same := func(o Statement) bool { return o.Name == s.Name }
		if !slices.ContainsFunc(c.out[at].Statements, same) {
			c.out[at].Statements = append(c.out[at].Statements, s)
		}
	}
}
