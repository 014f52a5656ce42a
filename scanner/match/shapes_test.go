package match_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lockaway/rules"
	"lockaway/scanner/chunk"
	"lockaway/scanner/finding"
	"lockaway/scanner/match"
)

const (
	base32         = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)

// maker makes values of the forms that AWS gives out.
type maker struct{ r *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 4711))} }

func (m maker) pick(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[m.r.IntN(len(alphabet))]
	}
	return string(b)
}

func (m maker) id(prefix string) string {
	for {
		id := prefix + "Q" + m.pick(base32, 15)
		seen := map[rune]bool{}
		for _, c := range id {
			seen[c] = true
		}
		if len(seen) >= 11 {
			return id
		}
	}
}

func (m maker) secret() string { return m.pick(base64Alphabet, 40) }
func (m maker) token() string  { return "IQoJb3JpZ2luX2Vj" + m.pick(base64Alphabet, 340) }

// fill replaces $I1…$I9 by key IDs, $A1… by temporary ones, $S1… by secrets and
// $T1… by session tokens.
func (m maker) fill(text string) (string, map[string]string) {
	vals := map[string]string{}
	var old []string
	for i := 1; i <= 9; i++ {
		for k, v := range map[string]string{"I": m.id("AKIA"), "A": m.id("ASIA"), "S": m.secret(), "T": m.token()} {
			name := fmt.Sprintf("$%s%d", k, i)
			vals[name] = v
			old = append(old, name, v)
		}
	}
	return strings.NewReplacer(old...).Replace(text), vals
}

func engine(t testing.TB) *match.Engine {
	t.Helper()
	set, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	e, err := match.New(set)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func scan(e *match.Engine, path, text string) []*finding.Finding {
	var out []*finding.Finding
	e.Worker().Match(chunk.Whole(&chunk.Content{Kind: chunk.File, Path: path}, []byte(text)), func(f *finding.Finding) { out = append(out, f) })
	slices.SortFunc(out, finding.Compare)
	return out
}

// credentials writes the findings that are shown by default as "kind=$name"
// groups, so that what was joined with what can be compared.
func credentials(fs []*finding.Finding, vals map[string]string) []string {
	name := func(v string) string {
		for k, x := range vals {
			if x == v {
				return k
			}
		}
		return "?" + v
	}
	var out []string
	for _, f := range fs {
		if f.Confidence < finding.MediumConfidence || f.Severity < finding.Low {
			continue
		}
		var parts []string
		for _, p := range f.Parts {
			parts = append(parts, name(p.Value.Reveal()))
		}
		if len(parts) == 0 {
			parts = []string{f.Rule}
		}
		out = append(out, strings.Join(parts, "+"))
	}
	slices.Sort(out)
	return out
}

// The shapes in which people write AWS credentials down, by format and language.
var shapes = []struct{ name, text, want string }{
	{"INI", "[default]\naws_access_key_id = $I1\naws_secret_access_key = $S1\nregion = eu-west-1\n", "$I1+$S1"},
	{"INI with token", "[default]\naws_access_key_id=$A1\naws_secret_access_key=$S1\naws_session_token=$T1\n", "$A1+$S1+$T1"},
	{"INI, two profiles", "[a]\naws_access_key_id = $I1\naws_secret_access_key = $S1\n[b]\naws_access_key_id = $I2\naws_secret_access_key = $S2\n", "$I1+$S1 $I2+$S2"},
	{"INI, secret first", "[a]\naws_secret_access_key = $S1\naws_access_key_id = $I1\n[b]\naws_secret_access_key = $S2\naws_access_key_id = $I2\n", "$I1+$S1 $I2+$S2"},
	{"INI, ID alone then secret alone", "[a]\naws_access_key_id = $I1\n[b]\naws_secret_access_key = $S2\n", "$I1 $S2"},
	{"INI, one profile without secret", "[a]\naws_access_key_id = $I1\n[b]\naws_access_key_id = $I2\naws_secret_access_key = $S2\n", "$I1 $I2+$S2"},
	{"s3cfg", "[default]\naccess_key = $I1\nsecret_key = $S1\n", "$I1+$S1"},
	{"rclone", "[remote]\ntype = s3\nprovider = AWS\naccess_key_id = $I1\nsecret_access_key = $S1\n", "$I1+$S1"},
	{"passwd-s3fs", "$I1:$S1\n", "$I1+$S1"},
	{"passwd-s3fs with bucket", "mybucket:$I1:$S1\n", "$I1+$S1"},
	{"env", "AWS_ACCESS_KEY_ID=$I1\nAWS_SECRET_ACCESS_KEY=$S1\n", "$I1+$S1"},
	{"env, quoted", "AWS_ACCESS_KEY_ID=\"$I1\"\nAWS_SECRET_ACCESS_KEY='$S1'\n", "$I1+$S1"},
	{"env, prefixes crossed", "PROD_AWS_ACCESS_KEY_ID=$I1\nDEV_AWS_ACCESS_KEY_ID=$I2\nDEV_AWS_SECRET_ACCESS_KEY=$S2\nPROD_AWS_SECRET_ACCESS_KEY=$S1\n", "$I1+$S1 $I2+$S2"},
	{"env, grouped by kind", "KEY1=$I1\nKEY2=$I2\nSECRET1=$S1\nSECRET2=$S2\n", "$I1+$S1 $I2+$S2"},
	{"shell", "export AWS_ACCESS_KEY_ID=$I1; export AWS_SECRET_ACCESS_KEY=$S1; aws s3 ls\n", "$I1+$S1"},
	{"shell, default value", "export AWS_ACCESS_KEY_ID=\"${AWS_ACCESS_KEY_ID:-$I1}\"\nexport AWS_SECRET_ACCESS_KEY=\"${AWS_SECRET_ACCESS_KEY:-$S1}\"\n", "$I1+$S1"},
	{"aws configure", "aws configure set aws_access_key_id $I1\naws configure set aws_secret_access_key $S1\n", "$I1+$S1"},
	{"curl", "curl --user $I1:$S1 --aws-sigv4 aws:amz:us-east-1:sts https://sts.amazonaws.com\n", "$I1+$S1"},
	{"PowerShell", "Set-AWSCredential -AccessKey $I1 -SecretKey $S1 -StoreAs default\n", "$I1+$S1"},
	{"Windows batch", "set AWS_ACCESS_KEY_ID=$I1\r\nset AWS_SECRET_ACCESS_KEY=$S1\r\n", "$I1+$S1"},
	{"fish", "set -gx AWS_ACCESS_KEY_ID $I1\nset -gx AWS_SECRET_ACCESS_KEY $S1\n", "$I1+$S1"},
	{"JSON", `{"accessKeyId": "$I1", "secretAccessKey": "$S1", "region": "us-east-1"}`, "$I1+$S1"},
	{"JSON with token", `{"Credentials": {"AccessKeyId": "$A1", "SecretAccessKey": "$S1", "SessionToken": "$T1", "Expiration": "2026-01-01T00:00:00Z"}}`, "$A1+$S1+$T1"},
	{"JSON, list on a line", `[{"id":"$I1","secret":"$S1"},{"id":"$I2","secret":"$S2"},{"secret":"$S3","id":"$I3"}]`, "$I1+$S1 $I2+$S2 $I3+$S3"},
	{"JSON in JSON", `{"SecretString": "{\"accessKeyId\":\"$I1\",\"secretAccessKey\":\"$S1\"}"}`, "$I1+$S1"},
	{"INI in JSON", `{"file": "[a]\naws_access_key_id = $I1\naws_secret_access_key = $S1\n[b]\naws_access_key_id = $I2\naws_secret_access_key = $S2\n"}`, "$I1+$S1 $I2+$S2"},
	{"ECS task definition", `"environment": [{"name": "AWS_ACCESS_KEY_ID", "value": "$I1"}, {"name": "AWS_SECRET_ACCESS_KEY", "value": "$S1"}]`, "$I1+$S1"},
	{"YAML", "aws:\n  accessKeyId: $I1\n  secretAccessKey: $S1\n", "$I1+$S1"},
	{"YAML list", "- name: a\n  access_key: $I1\n  secret_key: $S1\n- name: b\n  access_key: $I2\n  secret_key: $S2\n", "$I1+$S1 $I2+$S2"},
	{"Kubernetes env", "env:\n  - name: AWS_ACCESS_KEY_ID\n    value: $I1\n  - name: AWS_SECRET_ACCESS_KEY\n    value: \"$S1\"\n", "$I1+$S1"},
	{"Kubernetes stringData", "kind: Secret\nstringData:\n  AWS_ACCESS_KEY_ID: $I1\n  AWS_SECRET_ACCESS_KEY: $S1\n", "$I1+$S1"},
	{"docker-compose", "services:\n  app:\n    environment:\n      - AWS_ACCESS_KEY_ID=$I1\n      - AWS_SECRET_ACCESS_KEY=$S1\n", "$I1+$S1"},
	{"Dockerfile", "FROM x\nENV AWS_ACCESS_KEY_ID $I1\nENV AWS_SECRET_ACCESS_KEY $S1\n", "$I1+$S1"},
	{"Dockerfile ARG", "ARG AWS_ACCESS_KEY_ID=$I1\nARG AWS_SECRET_ACCESS_KEY=$S1\n", "$I1+$S1"},
	{"GitHub workflow", "env:\n  AWS_ACCESS_KEY_ID: $I1\n  AWS_SECRET_ACCESS_KEY: $S1\n  TOKEN: ${{ secrets.TOKEN }}\n", "$I1+$S1"},
	{"Jenkinsfile", "environment {\n  AWS_ACCESS_KEY_ID = '$I1'\n  AWS_SECRET_ACCESS_KEY = '$S1'\n}\n", "$I1+$S1"},
	{"XML", "<aws><accessKey>$I1</accessKey><secretKey>$S1</secretKey></aws>", "$I1+$S1"},
	{"Hadoop XML", "<property><name>fs.s3a.access.key</name><value>$I1</value></property>\n<property><name>fs.s3a.secret.key</name><value>$S1</value></property>\n", "$I1+$S1"},
	{"Android strings", "<string name=\"aws_access_key\">$I1</string>\n<string name=\"aws_secret_key\">$S1</string>\n", "$I1+$S1"},
	{"plist", "<key>AWSAccessKey</key>\n<string>$I1</string>\n<key>AWSSecretKey</key>\n<string>$S1</string>\n", "$I1+$S1"},
	{"App.config", `<add key="AWSAccessKey" value="$I1" />` + "\n" + `<add key="AWSSecretKey" value="$S1" />`, "$I1+$S1"},
	{"CSV of the console", "Access key ID,Secret access key\n$I1,$S1\n", "$I1+$S1"},
	{"CSV, more columns", "User name,Password,Access key ID,Secret access key,Console login link\nbob,,$I1,$S1,https://x\nann,,$I2,$S2,https://x\n", "$I1+$S1 $I2+$S2"},
	{"CSV, secret column alone", "user,secret access key\nbob,$S1\nann,$S2\n", "$S1 $S2"},
	{"CSV, quoted and semicolons", "\"user\";\"Secret access key\"\n\"bob\";\"$S1\"\n", "$S1"},
	{"rootkey.csv", "AWSAccessKeyId=$I1\r\nAWSSecretKey=$S1\r\n", "$I1+$S1"},
	{"Terraform provider", "provider \"aws\" {\n  region     = \"eu-west-1\"\n  access_key = \"$I1\"\n  secret_key = \"$S1\"\n}\n", "$I1+$S1"},
	{"Terraform variables", "variable \"aws_access_key\" {\n  default = \"$I1\"\n}\nvariable \"aws_secret_key\" {\n  type = string\n  default = \"$S1\"\n}\n", "$I1+$S1"},
	{"CloudFormation", "Environment:\n  Variables:\n    KEY: $I1\n    SECRET: $S1\n", "$I1+$S1"},
	{"properties", "cloud.aws.credentials.accessKey=$I1\ncloud.aws.credentials.secretKey=$S1\n", "$I1+$S1"},
	{"Python", "boto3.client('s3', aws_access_key_id='$I1', aws_secret_access_key='$S1')\n", "$I1+$S1"},
	{"Python, lines", "client = boto3.client(\n    's3',\n    aws_access_key_id=\"$I1\",\n    aws_secret_access_key=\"$S1\",\n    aws_session_token=None,\n)\n", "$I1+$S1"},
	{"Python boto2", "conn = boto.connect_s3('$I1', '$S1')\n", "$I1+$S1"},
	{"Python environ", "os.environ['AWS_ACCESS_KEY_ID'] = '$I1'\nos.environ['AWS_SECRET_ACCESS_KEY'] = '$S1'\n", "$I1+$S1"},
	{"Python default", "S = os.getenv('AWS_SECRET_ACCESS_KEY', '$S1')\n", "$S1"},
	{"Java v1", "AWSCredentials c = new BasicAWSCredentials(\"$I1\", \"$S1\");\n", "$I1+$S1"},
	{"Java v1 session", "new BasicSessionCredentials(\"$A1\",\n    \"$S1\",\n    \"$T1\");\n", "$A1+$S1+$T1"},
	{"Java v2", "AwsBasicCredentials.create(\"$I1\", \"$S1\")\n", "$I1+$S1"},
	{"Java constants", "private static final String ACCESS_KEY = \"$I1\";\nprivate static final String SECRET_KEY = \"$S1\";\n", "$I1+$S1"},
	{"Go v1", "credentials.NewStaticCredentials(\"$I1\", \"$S1\", \"\")\n", "$I1+$S1"},
	{"Go v2", "credentials.NewStaticCredentialsProvider(\"$A1\", \"$S1\", \"$T1\")\n", "$A1+$S1+$T1"},
	{"Go constants", "const (\n\taccessKey = \"$I1\"\n\tsecretKey = \"$S1\"\n)\n", "$I1+$S1"},
	{"JavaScript v2", "AWS.config.update({accessKeyId: '$I1', secretAccessKey: '$S1', region: 'us-east-1'});\n", "$I1+$S1"},
	{"JavaScript v3", "new S3Client({ credentials: {\n  accessKeyId: \"$I1\",\n  secretAccessKey: \"$S1\",\n  sessionToken: undefined } })\n", "$I1+$S1"},
	{"JavaScript fallback", "const key = process.env.KEY || '$I1';\nconst secret = process.env.AWS_SECRET || '$S1';\n", "$I1+$S1"},
	{"TypeScript", "const secretAccessKey: string = '$S1'\n", "$S1"},
	{"PHP", "'credentials' => [\n  'key'    => '$I1',\n  'secret' => '$S1',\n],\n", "$I1+$S1"},
	{"PHP define", "define('AWS_KEY', '$I1');\ndefine('AWS_SECRET', '$S1');\n", "$I1+$S1"},
	{"Ruby", "Aws::Credentials.new('$I1', '$S1')\n", "$I1+$S1"},
	{"Ruby config", "AWS.config(access_key_id: '$I1', secret_access_key: '$S1')\n", "$I1+$S1"},
	{"Ruby hash", ":access_key_id => '$I1',\n:secret_access_key => '$S1'\n", "$I1+$S1"},
	{"C#", "var c = new BasicAWSCredentials(\"$I1\", \"$S1\");\n", "$I1+$S1"},
	{"C# property", "public string AccessKey { get; set; } = \"$I1\";\npublic string SecretKey { get; set; } = \"$S1\";\n", "$I1+$S1"},
	{"Kotlin", "val creds = BasicAWSCredentials(\"$I1\", \"$S1\")\nval SECRET: String = \"x\"\n", "$I1+$S1"},
	{"Kotlin SDK", "StaticCredentialsProvider {\n    accessKeyId = \"$I1\"\n    secretAccessKey = \"$S1\"\n}\n", "$I1+$S1"},
	{"Swift", "AWSStaticCredentialsProvider(accessKey: \"$I1\", secretKey: \"$S1\")\n", "$I1+$S1"},
	{"Swift constant", "let awsSecretKey: String = \"$S1\"\n", "$S1"},
	{"Rust", "Credentials::new(\"$I1\", \"$S1\", None, None, \"static\")\n", "$I1+$S1"},
	{"Objective-C", "[[AWSStaticCredentialsProvider alloc] initWithAccessKey:@\"$I1\" secretKey:@\"$S1\"];\n", "$I1+$S1"},
	{"Scala", "val secretKey = \"$S1\"\nval accessKey = \"$I1\"\n", "$I1+$S1"},
	{"log line", "2026-01-01 INFO using $I1:$S1 for upload\n", "$I1+$S1"},
	{"two words", "key $I1 $S1\n", "$I1+$S1"},
	{"comment", "// old key: $I1 secret: $S1\n", "$I1+$S1"},
	{"Markdown table", "| Access key | Secret |\n| --- | --- |\n| $I1 | $S1 |\n", "$I1+$S1"},
	{"added lines of a patch", "+aws_access_key_id = $I1\n+aws_secret_access_key = $S1\n", "$I1+$S1"},
	{"ID alone", "user uploads with $I1 only\n", "$I1"},
	{"secret alone, long name", "aws_secret_access_key: $S1\n", "$S1"},
	{"secret alone, short name", "AWS_SECRET_KEY=\"$S1\"\n", "$S1"},
	{"URL", "s3://$I1:$S1@bucket/path\n", "$I1+$S1"},
	{"key in a path", "https://files.example.com/keys/$I1/report\n", "$I1"},
}

func TestShapes(t *testing.T) {
	e := engine(t)
	for seed, tc := range shapes {
		t.Run(tc.name, func(t *testing.T) {
			for n := range uint64(8) {
				text, vals := newMaker(uint64(seed)*100 + n).fill(tc.text)
				got := strings.Join(credentials(scan(e, "file", text), vals), " ")
				if got != tc.want {
					t.Fatalf("got %s, want %s in\n%s", got, tc.want, text)
				}
			}
		})
	}
}
