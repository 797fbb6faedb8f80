package gatewayendpoint

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"byocfn/internal/customresource/ec2util"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

const managedBy = "custom-resource/v1"

// mode says whose an endpoint is.
type mode string

const (
	owned   mode = "owned"   // made by this stack
	shared  mode = "shared"  // made by another stack of this vendor
	adopted mode = "adopted" // somebody else's: never touched
)

// marks are the tags by which this resource knows what is its own. Each resource that depends on an
// endpoint has a user tag of its own there: two in one stack may mean the same route table. Its
// value says since which request: a request that was sent before that one is too late to change it.
type marks struct {
	prefix  string // VENDOR:
	stack   string // the stack's UUID
	logical string
	request string
	sent    time.Time // zero: not known, and nothing is too late
}

func marksOf(r request) marks {
	return marks{
		prefix: r.Properties.Vendor + ":", stack: r.Stack().UUID,
		logical: r.LogicalID, request: r.RequestID, sent: r.Sent,
	}
}

// user is the key of this resource's user tag: VENDOR:user/STACK/HASH, at most 128 characters.
func (m marks) user() string {
	sum := sha256.Sum256([]byte(m.logical))
	return m.prefix + "user/" + m.stack + "/" + hex.EncodeToString(sum[:4])
}

// all are this resource's marks on an endpoint that it makes.
func (m marks) all() []types.Tag {
	return []types.Tag{
		tag(m.prefix+"managed", managedBy), tag(m.prefix+"stack", m.stack),
		tag(m.prefix+"logical", m.logical), tag(m.prefix+"request", m.request),
		m.use(),
	}
}

const stamp = "20060102T150405Z"

// use is the user tag that this request writes.
func (m marks) use() types.Tag {
	return tag(m.user(), strings.TrimSpace(m.sent.UTC().Format(stamp)+" "+m.request))
}

// since gives the request that made this resource a user of an endpoint, and when it was sent. Both
// are empty where the tag is not there or says something else.
func (m marks) since(endpoint types.VpcEndpoint) (sent time.Time, request string) {
	text, _ := value(endpoint, m.user())
	date, request, _ := strings.Cut(text, " ")
	sent, err := time.Parse(stamp, date)
	if err != nil {
		return time.Time{}, ""
	}
	return sent, request
}

// late tells whether a request that was sent after this one made the resource a user of an
// endpoint.
func (m marks) late(endpoint types.VpcEndpoint) bool {
	since, _ := m.since(endpoint)
	return !m.sent.IsZero() && since.After(m.sent)
}

func tag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}

func value(endpoint types.VpcEndpoint, key string) (string, bool) {
	return ec2util.Tag(endpoint.Tags, key)
}

// mode reads whose an endpoint is from its tags.
func (m marks) mode(endpoint types.VpcEndpoint) mode {
	if by, _ := value(endpoint, m.prefix+"managed"); by != managedBy {
		return adopted
	}
	if stack, _ := value(endpoint, m.prefix+"stack"); stack == m.stack {
		return owned
	}
	return shared
}

// uses tells whether this resource is recorded at an endpoint, as its user or as its maker.
func (m marks) uses(endpoint types.VpcEndpoint) bool {
	if m.mode(endpoint) == adopted {
		return false
	}
	_, user := value(endpoint, m.user())
	logical, _ := value(endpoint, m.prefix+"logical")
	return user || (m.mode(endpoint) == owned && logical == m.logical)
}

// others gives the user tags of other resources, and whether one of them is of this stack.
func (m marks) others(endpoint types.VpcEndpoint) (count int, sameStack bool) {
	for _, t := range endpoint.Tags {
		key := aws.ToString(t.Key)
		if !strings.HasPrefix(key, m.prefix+"user/") || key == m.user() {
			continue
		}
		count++
		sameStack = sameStack || strings.HasPrefix(key, m.prefix+"user/"+m.stack+"/")
	}
	return count, sameStack
}

// token makes repeated deliveries of one request create one endpoint. The request is part of it: a
// token per stack could bring back an endpoint that was deleted since. So are the tags: they may
// change between two deliveries, and EC2 refuses a token that comes with other parameters
// (IdempotentParameterMismatch). No second endpoint can come of that: a route table takes one.
func (m marks) token(stackID, table string, round int, tags []types.Tag) string {
	parts := []string{stackID, m.logical, m.request, table, strconv.Itoa(round)}
	for _, t := range tags {
		parts = append(parts,
			strconv.Quote(aws.ToString(t.Key)), strconv.Quote(aws.ToString(t.Value)))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "|")))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:]))
}

// fullAccess is the policy that EC2 gives an endpoint without one, said aloud.
const fullAccess = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",` +
	`"Action":"*","Resource":"*"}]}`

// restricted tells whether an endpoint's policy allows less than everything.
func restricted(policy string) bool {
	if policy == "" {
		return false
	}
	var document struct {
		Statement []struct {
			Effect                      string
			Principal, Action, Resource any
			Condition                   map[string]any
		}
	}
	if json.Unmarshal([]byte(policy), &document) != nil {
		return true
	}
	open := false
	for _, s := range document.Statement {
		if s.Effect == "Deny" {
			return true
		}
		open = open || everything(s.Principal) && everything(s.Action) &&
			everything(s.Resource) && len(s.Condition) == 0
	}
	return !open
}

// everything recognises "*", ["*"] and {"AWS": "*"}.
func everything(v any) bool {
	switch v := v.(type) {
	case string:
		return v == "*"
	case []any:
		for _, item := range v {
			if item == "*" {
				return true
			}
		}
	case map[string]any:
		return everything(v["AWS"])
	}
	return false
}
