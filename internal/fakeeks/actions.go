package fakeeks

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"byocfn/internal/fakeec2"
)

// nameForm is what a cluster may be called. Source: EKS API reference, CreateCluster, name.
var nameForm = regexp.MustCompile(`^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$`)

// describe is DescribeCluster.
// https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html
func (c *Cloud) describe(request *http.Request, body string) operation {
	name, ok := strings.CutPrefix(request.URL.Path, "/clusters/")
	if !ok || request.Method != http.MethodGet || body != "" || request.URL.RawQuery != "" {
		c.breach("EKS knows no %s %s with body %q", request.Method, request.URL, body)
	}
	return operation{
		action: "eks:DescribeCluster", service: "eks", refuse: eksRefusal,
		arn: "arn:" + c.settings.Partition + ":eks:" + c.settings.Region + ":" +
			c.settings.Account + ":cluster/" + name,
		answer: func() fakeec2.Answer {
			c.mu.Lock()
			is, found := c.clusters[name]
			c.mu.Unlock()
			switch {
			case !nameForm.MatchString(name):
				return eksRefusal("InvalidParameterException", "The cluster name is invalid.",
					http.StatusBadRequest)
			case !found:
				return eksRefusal("ResourceNotFoundException",
					"No cluster found for name: "+name+".", http.StatusNotFound)
			}
			return jsonAnswer(http.StatusOK, map[string]any{"cluster": is.fields()})
		},
	}
}

// fields are the members of EKS's Cluster that matter here; empty ones are left out.
// https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html
func (is Cluster) fields() map[string]any {
	out := map[string]any{"name": is.Name, "status": is.Status, "createdAt": 1.7e9,
		"version": "1.34", "tags": map[string]string{}}
	if is.Status == "" {
		out["status"] = "ACTIVE"
	}
	if is.Issuer != "" {
		out["identity"] = map[string]any{"oidc": map[string]any{"issuer": is.Issuer}}
	}
	if is.AccessMode != "" {
		out["accessConfig"] = map[string]any{"authenticationMode": is.AccessMode}
	}
	if is.Issue != "" {
		out["health"] = map[string]any{"issues": []any{map[string]any{"code": is.Issue}}}
	}
	if is.Connected {
		out["connectorConfig"] = map[string]any{"provider": "OTHER", "activationId": "a-1"}
	}
	if is.Outpost {
		out["outpostConfig"] = map[string]any{"outpostArns": []string{"arn:o"},
			"controlPlaneInstanceType": "m5.large"}
	}
	return out
}

// eksRefusal writes an error as EKS does. Faults are given in EC2's words.
// https://docs.aws.amazon.com/eks/latest/APIReference/CommonErrors.html
func eksRefusal(code, message string, status int) fakeec2.Answer {
	switch code {
	case "AccessDenied":
		code = "AccessDeniedException"
	case "RequestLimitExceeded":
		code, message, status = "TooManyRequestsException", "Too Many Requests", 429 // unverified
	case "Unavailable":
		code, status = "ServiceUnavailableException", http.StatusServiceUnavailable
	case "InternalError":
		code, status = "ServerException", http.StatusInternalServerError
	}
	a := jsonAnswer(status, map[string]any{"message": message})
	a.Code = code
	a.Header.Set("X-Amzn-Errortype", code)
	return a
}

func jsonAnswer(status int, value any) fakeec2.Answer {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err) // of the fake's own making
	}
	return fakeec2.Answer{Status: status, Body: string(raw),
		Header: http.Header{"Content-Type": {"application/json"}}}
}

// provider is GetOpenIDConnectProvider, in IAM's query protocol.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html
func (c *Cloud) provider(request *http.Request, body string) operation {
	form, err := url.ParseQuery(body)
	if err != nil || request.Method != http.MethodPost || len(form) != 3 ||
		form.Get("Action") != "GetOpenIDConnectProvider" || form.Get("Version") != "2010-05-08" {
		c.breach("IAM knows no %s with body %q: %v", request.Method, body, err)
	}
	arn := form.Get("OpenIDConnectProviderArn")
	prefix := "arn:" + c.settings.Partition + ":iam::" + c.settings.Account + ":oidc-provider/"
	issuer, ours := strings.CutPrefix(arn, prefix)
	if !ours || len(arn) < 20 || len(arn) > 2048 || strings.Contains(issuer, "https:") {
		c.breach("no ARN of a provider of this account: %s", arn)
	}
	return operation{action: "iam:GetOpenIDConnectProvider", arn: arn, service: "iam",
		refuse: fakeec2.IAMRefusal,
		answer: func() fakeec2.Answer {
			c.mu.Lock()
			is, found := c.providers[issuer]
			c.mu.Unlock()
			if !found || time.Now().Before(is.From) {
				return fakeec2.IAMRefusal("NoSuchEntity",
					"OpenIDConnect Provider not found for arn "+arn, http.StatusNotFound)
			}
			return fakeec2.Answer{Status: http.StatusOK, Body: is.text()}
		}}
}

func (is Provider) text() string {
	var list strings.Builder
	for _, audience := range is.Audiences {
		list.WriteString("<member>" + audience + "</member>")
	}
	return "<GetOpenIDConnectProviderResponse><GetOpenIDConnectProviderResult><Url>" + is.Issuer +
		"</Url><ClientIDList>" + list.String() + "</ClientIDList>" +
		"</GetOpenIDConnectProviderResult><ResponseMetadata><RequestId>r-1</RequestId>" +
		"</ResponseMetadata></GetOpenIDConnectProviderResponse>"
}
