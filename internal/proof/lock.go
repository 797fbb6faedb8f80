package proof

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"byocfn/internal/cfn"
	"byocfn/internal/plan"
)

// Lock is what a published template promised: the resources whose loss or replacement a customer
// would feel, with what decides about it. It is kept beside the spec and reviewed with it.
type Lock struct {
	Template  string   `json:"template"` // stack, or stack/variant
	Resources []Locked `json:"resources"`
	// what a principal holds, by id; a role of the customer by its parameter
	Holds map[string]Holds `json:"holds,omitempty"`
}

// Holds is what one principal can hold at once. A lock of an earlier byocfn does not know it.
type Holds struct {
	// managed policies, under every choice that no other covers: how many by id or expression
	Managed []map[string]int `json:"managed,omitempty"`
	Inline  map[string]int   `json:"inline,omitempty"` // characters by name, in the worst case
}

// Locked is one resource. Values are expressions as compact JSON, long ones their SHA-256.
type Locked struct {
	ID         string            `json:"id"`
	Type       string            `json:"type"`
	Stateful   string            `json:"stateful,omitempty"`   // why it must not go: "holds data"
	When       []string          `json:"when,omitempty"`       // its gate
	CreateOnly []string          `json:"createOnly,omitempty"` // of a raw resource: what was watched
	Properties map[string]string `json:"properties,omitempty"`
	Facts      map[string]string `json:"facts,omitempty"` // "FACT in REGION"
}

// ReadLocks reads the file of a product's locks.
func ReadLocks(data []byte) ([]Lock, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var locks []Lock
	if err := d.Decode(&locks); err != nil {
		return nil, fmt.Errorf("reading the lock: %s", unlike(err))
	}
	if d.More() {
		return nil, fmt.Errorf("reading the lock: something follows its end")
	}
	return locks, nil
}

// unlike says why a file is no lock, in words of JSON and not of Go.
func unlike(err error) string {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return "the file is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the file ends in the middle"
	case errors.As(err, &wrong):
		return "it holds " + wrong.Value + " where synth never writes it"
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// WriteLocks writes the file of a product's locks: the same bytes for equal locks.
func WriteLocks(locks []Lock) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(locks); err != nil {
		return nil, fmt.Errorf("writing the lock: %w", err)
	}
	return b.Bytes(), nil
}

// Take gives the lock of a plan, in the order of the ids so that moving a resource changes
// nothing.
func Take(p *plan.Plan) Lock {
	lock := Lock{Template: templateOf(p)}
	for i := range p.Resources {
		if l, ok := lockOf(p, &p.Resources[i]); ok {
			lock.Resources = append(lock.Resources, l)
		}
	}
	lock.Holds = holds(p)
	slices.SortFunc(lock.Resources, func(a, b Locked) int { return cmp.Compare(a.ID, b.ID) })
	return lock
}

func templateOf(p *plan.Plan) string {
	if p.Variant == "" {
		return p.Stack
	}
	return p.Stack + "/" + p.Variant
}

func lockOf(p *plan.Plan, res *plan.Resource) (Locked, bool) {
	of, ok := settled(p, res)
	if !ok {
		return Locked{}, false
	}
	l := Locked{ID: res.ID, Type: of.kind, Stateful: of.stateful, CreateOnly: of.watched,
		Properties: map[string]string{}, Facts: map[string]string{}}
	for _, e := range of.properties {
		if e.Value == nil {
			continue
		}
		l.Properties[e.Key] = short(render(e.Value))
		addFacts(p.Mapping, e.Value, l.Facts)
		if l.Stateful == "" && fixesName(e.Key) {
			l.Stateful = "its name is fixed"
		}
	}
	for _, g := range res.Gate {
		l.When = append(l.When, words(Assignment{g.Atom: !g.Not}, []string{g.Atom}))
	}
	return l, true
}

// short keeps what a reviewer can read and digests the rest.
func short(text string) string {
	if len(text) <= 200 {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// addFacts notes the regional facts in a value: a fact that changes changes the property.
func addFacts(mapping *plan.Mapping, v cfn.Value, facts map[string]string) {
	cfn.Walk(v, func(v cfn.Value) {
		name, as := call(v)
		if name != "Fn::FindInMap" || len(as) < 3 || mapping == nil {
			return
		}
		for _, row := range mapping.Rows {
			if fact := row.Cols.Get(text(as[2])); fact != nil {
				facts[text(as[2])+" in "+row.Key] = short(render(fact))
			}
		}
	})
}

// settling is what decides about the replacement of a resource.
type settling struct {
	kind       string // CloudFormation's type
	stateful   string
	watched    []string // create-only properties, where the registry says which
	properties cfn.Map
}

// settled gives what a lock holds of a resource; ok is false for what can come and go unnoticed,
// such as the role of a function.
func settled(p *plan.Plan, res *plan.Resource) (s settling, ok bool) {
	set := func(key string, v cfn.Value) {
		if v != nil {
			s.properties = append(s.properties, cfn.Entry{Key: key, Value: v})
		}
	}
	switch b := res.Body.(type) {
	case *plan.Instance:
		s.kind = "AWS::EC2::Instance"
		set("SubnetId", b.Subnet)
		bootProperties(p, b.LaunchTemplate, set)
	case *plan.InterfaceEndpoint:
		s.kind = "AWS::EC2::VPCEndpoint"
		set("ServiceName", b.Service)
		set("VpcId", b.VPC)
	case *plan.SecurityGroup:
		s.kind, s.stateful = "AWS::EC2::SecurityGroup", "things outside of the stack carry its id"
		set("GroupDescription", cfn.String(b.Description))
		set("VpcId", b.VPC)
	case *plan.Bucket:
		s.kind = "AWS::S3::Bucket"
		set("BucketName", b.Name)
	case *plan.LambdaFunction:
		s.kind = "AWS::Lambda::Function"
		s.stateful = "custom resources cannot change their function"
	case *plan.Custom:
		s.kind = b.Type
		set(serviceToken, b.Token)
	case *plan.Raw:
		s.kind, s.watched = b.Type, createOnly(b.Type)
		for _, path := range s.watched {
			set(path, propertyAt(b.Properties, path))
		}
	default:
		if res.Section == plan.Functions || !settledIdentity(res.Body, &s, set) {
			return settling{}, false
		}
	}
	if res.Keep == plan.KeepData {
		s.stateful = "holds data"
	}
	if len(res.Extra) == 0 {
		return s, true // so that the registry is not asked
	}
	for _, path := range createOnly(s.kind) {
		if v := propertyAt(res.Extra, path); v != nil {
			s.properties.Set(path, v)
		}
	}
	return s, true
}

const serviceToken = "ServiceToken"

func settledIdentity(body plan.Body, s *settling, set func(string, cfn.Value)) bool {
	switch b := body.(type) {
	case *plan.Role:
		s.kind = "AWS::IAM::Role"
		set("RoleName", b.Name)
		set("Path", b.Path)
	case *plan.InstanceProfile:
		s.kind = "AWS::IAM::InstanceProfile"
		set("InstanceProfileName", b.Name)
		set("Path", b.Path)
	case *plan.ManagedPolicy:
		s.kind = "AWS::IAM::ManagedPolicy"
		set("ManagedPolicyName", b.Name)
		set("Path", b.Path)
	case *plan.User:
		s.kind, s.stateful = "AWS::IAM::User", "its keys go with it"
		set("UserName", b.Name)
	case *plan.AccessKey:
		s.kind, s.stateful = "AWS::IAM::AccessKey", "whoever holds the old one must get the new one"
		set("UserName", b.User)
		set("Serial", b.Serial)
	default:
		return false
	}
	return true
}

// bootProperties are those of the launch template: a new version of it replaces the instance.
func bootProperties(p *plan.Plan, id string, set func(string, cfn.Value)) {
	for i := range p.Resources {
		t, ok := p.Resources[i].Body.(*plan.LaunchTemplate)
		if !ok || p.Resources[i].ID != id {
			continue
		}
		set("ImageId", t.Image)
		set("IamInstanceProfile", t.Profile)
		set("UserData", t.UserData)
		set("Disk", cfn.Values(cfn.String(t.Device), cfn.Int(t.DiskSize), cfn.String(t.DiskType)))
		if extra := p.Resources[i].Extra; len(extra) > 0 {
			set("LaunchTemplate", extra)
		}
	}
}
