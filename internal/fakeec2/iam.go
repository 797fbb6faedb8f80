package fakeec2

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	smithyauth "github.com/aws/smithy-go/auth"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// IAMRole is a role of the account and the instance profiles that hold it.
type IAMRole struct {
	Name, Path string // Path is / where empty
	Profiles   []string
}

func (i IAMRole) clone() IAMRole {
	i.Profiles = slices.Clone(i.Profiles)
	return i
}

// AddRole puts a role there.
func (c *Cloud) AddRole(i IAMRole) {
	i.Path = cmp.Or(i.Path, "/")
	add(c, &c.roles, i.Name, i)
}

// EditRole changes a role's instance profiles, as the product's agent does.
func (c *Cloud) EditRole(name string, edit func(*IAMRole)) { change(c, &c.roles, name, edit) }

// RemoveRole takes a role away.
func (c *Cloud) RemoveRole(name string) { change(c, &c.roles, name, nil) }

// IAM gives a client of IAM for a role; see Client.
func (c *Cloud) IAM(role Role, options ...func(*iam.Options)) *iam.Client {
	role.Account = cmp.Or(role.Account, defaultAccount)
	role.Permissions = c.fill(role)
	return iam.New(iam.Options{
		Region:             c.settings.Region,
		AuthSchemeResolver: unsignedIAM{},
		EndpointResolverV2: iamResolver{},
		HTTPClient:         wire{c, role, iamDialect()},
		RetryMaxAttempts:   5,
		Retryer:            c.retryer(),
	}, options...)
}

type unsignedIAM struct{}

func (unsignedIAM) ResolveAuthSchemes(
	context.Context, *iam.AuthResolverParameters,
) ([]*smithyauth.Option, error) {
	return []*smithyauth.Option{{SchemeID: smithyauth.SchemeIDAnonymous}}, nil
}

type iamResolver struct{}

func (iamResolver) ResolveEndpoint(
	context.Context, iam.EndpointParameters,
) (smithyendpoints.Endpoint, error) {
	return smithyendpoints.Endpoint{URI: url.URL{Scheme: "https", Host: "iam.amazonaws.com"}}, nil
}

// iamDialect is IAM's query protocol.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/programming.html
func iamDialect() dialect {
	return dialect{
		version: "2010-05-08",
		decode: func(action string) func(*params) operation {
			if action == "ListInstanceProfilesForRole" {
				return listProfiles
			}
			return nil
		},
		write: func(d *document, action, id string, operation func() error) error {
			d.open(action + "Result")
			err := operation()
			d.close(action + "Result")
			d.open("ResponseMetadata")
			d.text("RequestId", id)
			d.close("ResponseMetadata")
			return err
		},
		refuse: iamRefusal,
	}
}

// IAMRefusal is an error as IAM gives it.
func IAMRefusal(code, message string, status int) Answer {
	return iamRefusal(refusal{code, message, status}, requestID(0))
}

// iamRefusal writes an error as IAM does. Faults are given in EC2's words; IAM's own codes are in
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html, ServiceFailure with each
// action; that it throttles with Throttling instead of ThrottlingException is unverified, and both
// are repeated.
func iamRefusal(r refusal, id string) Answer {
	switch r.code {
	case "RequestLimitExceeded":
		r = refusal{"Throttling", "Rate exceeded", http.StatusBadRequest}
	case "UnauthorizedOperation":
		r = refusal{"AccessDenied", r.message, http.StatusForbidden}
	case "Unavailable":
		r = refusal{"ServiceUnavailable", r.message, http.StatusServiceUnavailable}
	case "InternalError":
		r = refusal{"ServiceFailure", r.message, http.StatusInternalServerError}
	}
	blame := "Sender"
	if r.status >= http.StatusInternalServerError {
		blame = "Receiver"
	}
	var d document
	d.open("ErrorResponse")
	d.open("Error")
	d.text("Type", blame)
	d.text("Code", r.code)
	d.text("Message", r.message)
	d.close("Error")
	d.text("RequestId", id)
	d.close("ErrorResponse")
	return Answer{Status: r.status, Body: d.String(), Code: r.code}
}

// roleName is what the API takes.
func roleName(name string) bool {
	return len(name) <= 64 && regexp.MustCompile(`^[\w+=,.@-]+$`).MatchString(name)
}

// listProfiles lists the instance profiles of a role, in pages that may be shorter than asked for.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html
func listProfiles(p *params) operation {
	name, marker, most := p.text("RoleName"), p.text("Marker"), p.number("MaxItems")
	asked := p.form.Has("MaxItems")
	return func(r *run) error {
		if !roleName(name) || (asked && (most < 1 || most > 1000)) {
			return refuse("ValidationError", "RoleName %q, MaxItems %d", name, most)
		}
		role := r.roleSeen(name)
		if err := r.mayListProfiles(name, role); err != nil {
			return err
		}
		if role == nil {
			return refusal{"NoSuchEntity", "The role with name " + name + " cannot be found.",
				http.StatusNotFound}
		}
		sign := search{ids: []string{name}}.sign()
		begin := 0
		if marker != "" {
			at, ours := strings.CutPrefix(marker, sign)
			n, err := strconv.Atoi(at)
			if !ours || err != nil || n < 1 || n > len(role.Profiles) {
				return refuse("ValidationError", "Invalid Marker.")
			}
			begin = n
		}
		end := min(begin+cmp.Or(most, 100), len(role.Profiles))
		if r.settings.Page > 0 {
			end = min(end, begin+r.settings.Page)
		}
		r.profiles(role, begin, end, sign)
		return nil
	}
}

// roleSeen is a role as this read shows it. IAM is eventually consistent.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html
func (r *run) roleSeen(name string) *IAMRole {
	if o := r.roles.find(name); o != nil {
		return o.at(r.moment(name))
	}
	return nil
}

// mayListProfiles: a role is named with its path in policies. Which path IAM takes where there is
// no such role is unverified: MissingIsDenied refuses those that are allowed by a path.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
func (r *run) mayListProfiles(name string, role *IAMRole) error {
	if role == nil && !r.settings.MissingIsDenied {
		return nil
	}
	path := "/"
	if role != nil {
		path = role.Path
	}
	arn := fmt.Sprintf("arn:aws:iam::%s:role%s%s", r.role.Account, path, name)
	err := r.allowed("iam:ListInstanceProfilesForRole", resource{name: arn})
	if err == nil {
		return nil
	}
	// The form of the text, without IAM's wording for a role that does not exist, is
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
	return refusal{"AccessDenied", "User: arn:aws:sts::" + r.role.Account + ":assumed-role/" +
		r.role.Name + " is not authorized to perform: iam:ListInstanceProfilesForRole on " +
		"resource: role " + name + " because no identity-based policy allows the " +
		"iam:ListInstanceProfilesForRole action", http.StatusForbidden}
}

func (r *run) profiles(role *IAMRole, begin, end int, sign string) {
	r.out.open("InstanceProfiles")
	for _, name := range role.Profiles[begin:end] {
		r.out.open("member")
		r.out.text("InstanceProfileName", name)
		r.out.text("Path", "/")
		r.out.text("Arn", "arn:aws:iam::"+r.role.Account+":instance-profile/"+name)
		r.out.close("member")
	}
	r.out.close("InstanceProfiles")
	r.out.flag("IsTruncated", end < len(role.Profiles))
	if end < len(role.Profiles) {
		r.out.text("Marker", sign+strconv.Itoa(end))
	}
}
