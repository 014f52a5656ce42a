package awskey

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Region is one of AWS's regions.
type Region struct{ Name, Partition string }

// Regions are the regions and the partition of each, by the partition table
// that AWS's SDKs share (partitions.json). Read only.
var Regions = regions(map[string]string{
	"aws": `us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 ca-west-1 mx-central-1 sa-east-1
		eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3
		ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
		ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6
		ap-southeast-7 af-south-1 il-central-1 me-central-1 me-south-1`,
	"aws-cn":     "cn-north-1 cn-northwest-1",
	"aws-us-gov": "us-gov-east-1 us-gov-west-1",
	"aws-eusc":   "eusc-de-east-1",
	"aws-iso":    "us-iso-east-1 us-iso-west-1",
	"aws-iso-b":  "us-isob-east-1 us-isob-west-1",
	"aws-iso-e":  "eu-isoe-west-1",
	"aws-iso-f":  "us-isof-east-1 us-isof-south-1",
})

// partitions in the order of Regions.
var partitions = []string{"aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"}

func regions(of map[string]string) []Region {
	var out []Region
	for _, p := range partitions {
		for _, name := range strings.Fields(of[p]) {
			out = append(out, Region{name, p})
		}
	}
	return out
}

var partitionOf = func() map[string]string {
	m := map[string]string{}
	for _, r := range Regions {
		m[r.Name] = r.Partition
	}
	return m
}()

// PartitionOf is the partition of a region, "" for a name that is no region.
func PartitionOf(region string) string { return partitionOf[region] }

// What tells a partition in a text: an ARN, a region (also as the beginning of
// an availability zone's name), a host's suffix. Suffixes: partitions.json.
var told = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\barn:(aws(?:-[a-z]+){0,2}):` +
		`|\b((?:[a-z]{2}|us-gov|us-iso[bf]?|eu-isoe|eusc-de)-(?:north|south|east|west|central)(?:east|west)?-[0-9])(?:[a-z])?\b` +
		`|\.(amazonaws\.com\.cn|amazonwebservices\.com\.cn|amazonaws\.eu|amazonwebservices\.eu` +
		`|c2s\.ic\.gov|aws\.ic\.gov|sc2s\.sgov\.gov|aws\.scloud|cloud\.adc-e\.uk|cloud-aws\.adc-e\.uk|csp\.hci\.ic\.gov|aws\.hci\.ic\.gov)\b`)
})

// tellers are texts of which a line that tells a partition holds one: looking for
// them costs far less than the pattern.
var tellers = []string{":aws", "-north", "-south", "-east", "-west", "-central", ".amazonaws.", ".amazonwebservices.", ".gov", ".scloud", ".adc-e."}

var suffixes = map[string]string{
	"amazonaws.com.cn": "aws-cn", "amazonwebservices.com.cn": "aws-cn",
	"amazonaws.eu": "aws-eusc", "amazonwebservices.eu": "aws-eusc",
	"c2s.ic.gov": "aws-iso", "aws.ic.gov": "aws-iso",
	"sc2s.sgov.gov": "aws-iso-b", "aws.scloud": "aws-iso-b",
	"cloud.adc-e.uk": "aws-iso-e", "cloud-aws.adc-e.uk": "aws-iso-e",
	"csp.hci.ic.gov": "aws-iso-f", "aws.hci.ic.gov": "aws-iso-f",
}

// PartitionIn is the partition that a text tells, "" if it tells none or several.
// The host amazonaws.com belongs to the US government's too: it tells "aws" only
// where nothing else tells anything.
func PartitionIn(text string) string {
	found := ""
	for line := range strings.Lines(text) {
		if !slices.ContainsFunc(tellers, func(s string) bool { return strings.Contains(line, s) }) {
			continue
		}
		for _, m := range told().FindAllStringSubmatch(line, -1) {
			p := suffixes[m[3]]
			switch {
			case m[1] != "":
				p = partitionNamed(m[1])
			case m[2] != "":
				p = partitionOf[m[2]]
			}
			if p == "" {
				continue
			}
			if found != "" && found != p {
				return ""
			}
			found = p
		}
	}
	if found == "" && strings.Contains(text, ".amazonaws.com") {
		return "aws"
	}
	return found
}

// mayTell tells whether told could match, or a host's name stand there: most texts
// hold nothing of the kind, and looking for that costs far less.
func mayTell(text string) bool {
	for _, s := range [...]string{"arn:aws", "amazonaws", "amazonwebservices", ".gov", ".scloud", ".uk", "east-", "west-", "north-", "south-", "central-"} {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

func partitionNamed(name string) string {
	for _, p := range partitions {
		if p == name {
			return p
		}
	}
	return ""
}
