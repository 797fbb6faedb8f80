// Package docs writes what a customer reads beside a template: README.md, the policies as files,
// and the permissions as data. All of it comes from the plan, and none of it is edited.
package docs
