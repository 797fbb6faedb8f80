package fakeec2

import (
	"maps"
	"slices"
	"strings"
)

// tag is one of a request. valued is false where DeleteTags names a key without a value.
type tag struct {
	key, value string
	valued     bool
}

// requestTags are the condition keys that tags in a request give.
func requestTags(tags []tag) map[string][]string {
	keys := map[string][]string{}
	for _, t := range tags {
		keys["aws:RequestTag/"+t.key] = []string{t.value}
		keys["aws:TagKeys"] = append(keys["aws:TagKeys"], t.key)
	}
	return keys
}

// applied gives tags with others set over them.
func applied(have map[string]string, set []tag) map[string]string {
	tags := maps.Clone(have)
	if tags == nil {
		tags = map[string]string{}
	}
	for _, t := range set {
		tags[t.key] = t.value
	}
	return tags
}

// taggable holds tags against EC2's rules: 50 on an object beside those of AWS, no keys of AWS.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
func taggable(have map[string]string, set []tag) error {
	var keys []string
	for _, t := range set {
		if err := writable(t); err != nil {
			return err
		}
		if slices.Contains(keys, t.key) {
			return refuse("InvalidParameterValue", "Duplicate tag key '%s' specified.", t.key)
		}
		keys = append(keys, t.key)
	}
	own := 0
	for key := range applied(have, set) {
		if !strings.HasPrefix(key, "aws:") {
			own++
		}
	}
	if own > 50 {
		return refuse("TagLimitExceeded", "The maximum number of Tags for a resource has been "+
			"reached.")
	}
	return nil
}

func writable(t tag) error {
	switch {
	case strings.HasPrefix(strings.ToLower(t.key), "aws:"):
		return refuse("InvalidParameterValue", "Value ( %s ) for parameter key is invalid. Tag "+
			"keys starting with 'aws:' are reserved for internal use", t.key)
	case t.key == "" || len([]rune(t.key)) > 128:
		return refuse("InvalidParameterValue", "Tag key '%s' has a length outside 1 to 128", t.key)
	case len([]rune(t.value)) > 256:
		return refuse("InvalidParameterValue", "Tag value of '%s' exceeds the maximum length of "+
			"256 characters", t.key)
	}
	return nil
}

// createTags sets tags on objects, all or none.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html
func createTags(p *params) operation {
	ids, set := p.list("ResourceId"), p.tags("Tag")
	return func(r *run) error {
		if err := r.mayTag("CreateTags", ids, set); err != nil {
			return err
		}
		if len(set) == 0 {
			return refuse("MissingParameter", "The request must contain the parameter tag")
		}
		err := r.retag(ids, func(have map[string]string) (map[string]string, error) {
			return applied(have, set), taggable(have, set)
		})
		r.out.flag("return", true)
		return err
	}
}

// deleteTags removes tags. Without any, it removes all but those of AWS; with a value, only a tag
// that has it.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
func deleteTags(p *params) operation {
	ids, gone := p.list("ResourceId"), p.tags("Tag")
	return func(r *run) error {
		if err := r.mayTag("DeleteTags", ids, gone); err != nil {
			return err
		}
		err := r.retag(ids, func(have map[string]string) (map[string]string, error) {
			tags := maps.Clone(have)
			maps.DeleteFunc(tags, func(key, _ string) bool {
				return len(gone) == 0 && !strings.HasPrefix(key, "aws:")
			})
			for _, t := range gone {
				if err := writable(t); err != nil {
					return nil, err
				}
				if !t.valued || tags[t.key] == t.value {
					delete(tags, t.key)
				}
			}
			return tags, nil
		})
		r.out.flag("return", true)
		return err
	}
}

func (r *run) mayTag(action string, ids []string, tags []tag) error {
	if len(ids) == 0 {
		return refuse("MissingParameter", "The request must contain the parameter resourceIdSet")
	}
	var on []resource
	for _, id := range ids {
		one := r.tagged(id)
		maps.Copy(one.keys, requestTags(tags))
		on = append(on, one)
	}
	return r.permit(action, on...)
}

// tagged gives the object of an id as IAM sees it.
func (r *run) tagged(id string) resource {
	kind, _, _ := strings.Cut(id, "-")
	switch kind {
	case "vpc":
		if v := r.vpcs.now(id); v != nil {
			return objectOf("vpc", id, v.Tags)
		}
		return r.absent("vpc", id)
	case "subnet":
		if s := r.subnets.now(id); s != nil {
			return objectOf("subnet", id, s.Tags)
		}
		return r.absent("subnet", id)
	case "rtb":
		if t := r.tables.now(id); t != nil {
			return objectOf("route-table", id, t.Tags)
		}
		return r.absent("route-table", id)
	}
	if e := r.endpoints.now(id); e != nil && e.State != deleted {
		return objectOf("vpc-endpoint", id, e.Tags)
	}
	return r.absent("vpc-endpoint", id)
}

// retag changes the tags of objects once all of them can be changed. The codes for objects that are
// not there, and of others in a shared VPC, are unverified.
func (r *run) retag(
	ids []string, change func(map[string]string) (map[string]string, error),
) error {
	var puts []func()
	for _, id := range ids {
		put, err := r.retagOne(id, change)
		if err != nil {
			return err
		}
		puts = append(puts, put)
	}
	for _, put := range puts {
		put()
	}
	return nil
}

func (r *run) retagOne(
	id string, change func(map[string]string) (map[string]string, error),
) (func(), error) {
	kind, _, _ := strings.Cut(id, "-")
	switch kind {
	case "vpc":
		return prepare(r, &r.vpcs, "InvalidVpcID.NotFound", id, change,
			func(v *VPC) (*map[string]string, string) { return &v.Tags, v.Owner })
	case "subnet":
		return prepare(r, &r.subnets, "InvalidSubnetID.NotFound", id, change,
			func(s *Subnet) (*map[string]string, string) { return &s.Tags, s.Owner })
	case "rtb":
		return prepare(r, &r.tables, "InvalidRouteTableID.NotFound", id, change,
			func(t *RouteTable) (*map[string]string, string) { return &t.Tags, t.Owner })
	case "vpce":
		return prepare(r, &r.endpoints, "InvalidVpcEndpointId.NotFound", id, change,
			func(e *Endpoint) (*map[string]string, string) {
				if e.State == deleted {
					return nil, ""
				}
				return &e.Tags, e.Owner
			})
	}
	return nil, refuse("InvalidID", "The ID '%s' is not valid", id)
}

// prepare checks a change of an object's tags and gives the function that makes it.
func prepare[T kind[T]](
	r *run, in *store[T], missing, id string,
	change func(map[string]string) (map[string]string, error),
	of func(*T) (tags *map[string]string, owner string),
) (func(), error) {
	was := in.now(id)
	if was == nil {
		return nil, refuse(missing, "The ID '%s' does not exist", id)
	}
	is := (*was).clone()
	tags, owner := of(&is)
	if tags == nil || owner != r.role.Account {
		return nil, refuse(missing, "The ID '%s' does not exist", id)
	}
	changed, err := change(*tags)
	if err != nil {
		return nil, err
	}
	if maps.Equal(changed, *tags) {
		return func() {}, nil
	}
	*tags = changed
	return func() { replace(&r.done, in, r.now, id, &is) }, nil
}
