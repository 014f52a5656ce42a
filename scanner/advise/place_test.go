package advise

import (
	"strings"
	"testing"

	"lockaway/scanner/finding"
)

const (
	env     = "AWS_ACCESS_KEY_ID=‹id›\nAWS_SECRET_ACCESS_KEY=‹secret›\n"
	profile = "[default]\naws_access_key_id = ‹id›\naws_secret_access_key = ‹secret›\n"
)

// Where a key stands, and what the guidance asks there. Paths and texts are those
// that such files have in the wild.
func TestPlaces(t *testing.T) {
	fits(t, 1, []placed{
		// Code, infrastructure, CI, containers: KEY-09.
		{"python", "app/storage.py", "s3 = boto3.client('s3', aws_access_key_id='‹id›',\n    aws_secret_access_key='‹secret›')\n", "KEY-09 KEY-02 CRED-03"},
		{"server java", "src/main/java/com/acme/Store.java", "new BasicAWSCredentials(\"‹id›\", \"‹secret›\");\n", "KEY-09"},
		{"server kotlin", "src/main/kotlin/Store.kt", "AwsBasicCredentials.create(\"‹id›\", \"‹secret›\")\n", "KEY-09"},
		{"env", "deploy/.env", env, "KEY-09"},
		{"dockerfile", "Dockerfile", "FROM alpine\nENV AWS_ACCESS_KEY_ID=‹id› AWS_SECRET_ACCESS_KEY=‹secret›\n", "KEY-09"},
		{"compose", "docker-compose.yml", "services:\n  web:\n    environment:\n      AWS_ACCESS_KEY_ID: ‹id›\n      AWS_SECRET_ACCESS_KEY: ‹secret›\n", "KEY-09"},
		{"workflow", ".github/workflows/ci.yml", "env:\n  AWS_ACCESS_KEY_ID: ‹id›\n  AWS_SECRET_ACCESS_KEY: ‹secret›\n", "KEY-09"},
		{"provider before instances", "main.tf", "provider \"aws\" {\n  access_key = \"‹id›\"\n  secret_key = \"‹secret›\"\n}\nresource \"aws_instance\" \"web\" {\n  user_data = file(\"x\")\n}\n", "KEY-09"},
		{"state", "terraform.tfstate", "{\"type\": \"aws_iam_access_key\", \"id\": \"‹id›\", \"secret\": \"‹secret›\"}\n", "KEY-09"},
		{"kubernetes", "k8s/secret.yaml", "kind: Secret\nstringData:\n  key: ‹id›\n  secret: ‹secret›\n", "KEY-09"},
		{"notes", "notes.txt", "‹id› ‹secret›\n", "KEY-09"},
		{"ini of an application", "conf/app.ini", "[s3]\naccess_key = ‹id›\nsecret_key = ‹secret›\n", "KEY-09"},
		{"setup.cfg", "setup.cfg", "[deploy]\naws_access_key_id = ‹id›\naws_secret_access_key = ‹secret›\n", "KEY-09"},
		{"users in a web application", "app/users/views.py", env, "KEY-09"},
		{"credentials.py is code", "app/credentials.py", "AWS_ACCESS_KEY_ID = '‹id›'\nAWS_SECRET = '‹secret›'\n", "KEY-09"},

		// Instances: KEY-03.
		{"user data script", "infra/user-data.sh", "#!/bin/bash\nexport " + env, "KEY-03 KEY-02"},
		{"user data template", "modules/web/userdata.tpl", "#!/bin/bash\n" + env, "KEY-03"},
		{"cloud-init by name", "cloud-init.yaml", env, "KEY-03"},
		{"cloud-init by content", "seed/node.yaml", "#cloud-config\nwrite_files:\n  - path: /root/x\n    content: |\n      " + env, "KEY-03"},
		{"cloud-init far from its head", "seed/other.yml", "runcmd:\n  - AWS_ACCESS_KEY_ID=‹id› AWS_SECRET_ACCESS_KEY=‹secret› ./fetch\n", "KEY-03"},
		{"terraform user_data", "web.tf", "resource \"aws_instance\" \"web\" {\n  user_data = <<-EOF\n    #!/bin/bash\n    export AWS_ACCESS_KEY_ID=‹id›\n    export AWS_SECRET_ACCESS_KEY=‹secret›\n  EOF\n}\n", "KEY-03"},
		{"cloudformation", "stack.yaml", "Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      UserData:\n        Fn::Base64: |\n          #!/bin/bash\n          export AWS_ACCESS_KEY_ID=‹id›\n          export AWS_SECRET_ACCESS_KEY=‹secret›\n", "KEY-03"},
		{"packer json", "images/base.json", "{\"builders\": [{\"type\": \"amazon-ebs\", \"access_key\": \"‹id›\", \"secret_key\": \"‹secret›\"}]}\n", "KEY-03"},
		{"packer hcl", "base.pkr.hcl", "source \"amazon-ebs\" \"x\" {\n  access_key = \"‹id›\"\n  secret_key = \"‹secret›\"\n}\n", "KEY-03"},
		{"packer folder", "ops/packer/files/run.sh", env, "KEY-03"},
		{"ami", "build/ami/install.sh", env, "KEY-03"},
		{"launch template", "launch-template.json", "{\"id\": \"‹id›\", \"secret\": \"‹secret›\"}", "KEY-03"},
		{"beanstalk", ".ebextensions/01-env.config", "option_settings:\n  AWS_ACCESS_KEY_ID: ‹id›\n  AWS_SECRET_KEY: ‹secret›\n", "KEY-03"},
		{"run-instances", "launch.sh", "aws ec2 run-instances --image-id ami-1 --user-data \"#!/bin/bash\nexport AWS_ACCESS_KEY_ID=‹id› AWS_SECRET_ACCESS_KEY=‹secret›\"\n", "KEY-03"},
		{"provisioning script", "scripts/provision.sh", env, "KEY-03"},
		{"unit", "deploy/worker.service", "[Service]\nEnvironment=AWS_ACCESS_KEY_ID=‹id›\nEnvironment=AWS_SECRET_ACCESS_KEY=‹secret›\nExecStart=/opt/w\n", "KEY-03 KEY-11"},
		{"unit's drop-in", "etc/systemd/system/w.service.d/env.conf", "[Service]\nEnvironment=\"AWS_ACCESS_KEY_ID=‹id›\" \"AWS_SECRET_ACCESS_KEY=‹secret›\"\n", "KEY-03 KEY-11"},
		{"a user's own unit", "dot/.config/systemd/user/env.conf", "AWS_ACCESS_KEY_ID=‹id›\nAWS_SECRET_ACCESS_KEY=‹secret›\n", "KEY-09"},

		// Mobile apps: KEY-05.
		{"strings.xml", "app/src/main/res/values/strings.xml", "<resources>\n<string name=\"aws_key\">‹id›</string>\n<string name=\"aws_secret\">‹secret›</string>\n", "KEY-05 KEY-02"},
		{"translated strings", "android/app/src/main/res/values-de/keys.xml", "<string>‹id›</string><string>‹secret›</string>", "KEY-05"},
		{"manifest", "platforms/AndroidManifest.xml", "<meta-data android:value=\"‹id›\"/><meta-data android:value=\"‹secret›\"/>", "KEY-05"},
		{"android java", "app/src/main/java/com/acme/Up.java", "new BasicAWSCredentials(\"‹id›\", \"‹secret›\");\n", "KEY-05"},
		{"android kotlin", "app/src/main/kotlin/Up.kt", "BasicAWSCredentials(\"‹id›\", \"‹secret›\")\n", "KEY-05"},
		{"android by imports", "upload/src/main/java/com/acme/Up.java", "import android.content.Context;\nclass Up { AWSCredentials c = new BasicAWSCredentials(\"‹id›\", \"‹secret›\"); }\n", "KEY-05"},
		{"swift", "Sources/Uploader.swift", "AWSStaticCredentialsProvider(accessKey: \"‹id›\", secretKey: \"‹secret›\")\n", "KEY-05"},
		{"objective-c", "Classes/AppDelegate.m", "[[AWSStaticCredentialsProvider alloc] initWithAccessKey:@\"‹id›\" secretKey:@\"‹secret›\"];\n", "KEY-05"},
		{"Info.plist", "ios/App/Info.plist", "<key>AWSKey</key><string>‹id›</string><string>‹secret›</string>", "KEY-05"},
		{"awsconfiguration", "App/awsconfiguration.json", "{\"k\": \"‹id›\", \"s\": \"‹secret›\"}", "KEY-05"},
		{"flutter", "lib/upload.dart", "const k = '‹id›'; const s = '‹secret›';\n", "KEY-05"},
		{"react native", "src/upload.js", "import {Platform} from 'react-native';\nconst s3 = {accessKeyId: '‹id›', secretAccessKey: '‹secret›'};\n", "KEY-05"},

		// Files for credentials: KEY-10.
		{"dot aws", "home/.aws/credentials", profile, "KEY-10 KEY-02"},
		{"dot aws config", ".aws/config", "[profile x]\naws_access_key_id = ‹id›\naws_secret_access_key = ‹secret›\n", "KEY-10"},
		{"credentials", "credentials", profile, "KEY-10"},
		{"backup of it", "backup/credentials.bak", profile, "KEY-10"},
		{"by its form", "ops/keys", "[prod]\nregion = eu-west-1\naws_access_key_id=‹id›\naws_secret_access_key=‹secret›\n", "KEY-10"},
		{"console's csv", "downloads/credentials.csv", "User name,Password,Access key ID,Secret access key,Console login link\nci,,‹id›,‹secret›,https://x\n", "KEY-10"},
		{"console's csv of a user", "ci_accessKeys.csv", "Access key ID,Secret access key\n‹id›,‹secret›\n", "KEY-10"},
		{"its second download", "ci_accessKeys (1).csv", "Access key ID,Secret access key\n‹id›,‹secret›\n", "KEY-10"},
		{"boto", ".boto", "[Credentials]\naws_access_key_id = ‹id›\naws_secret_access_key = ‹secret›\n", "KEY-10"},
		{"boto.cfg", "etc/boto.cfg", "[Credentials]\naws_access_key_id = ‹id›\naws_secret_access_key = ‹secret›\n", "KEY-10"},
		{"s3cmd", "jobs/.s3cfg", "[default]\naccess_key = ‹id›\nsecret_key = ‹secret›\n", "KEY-10"},
		{"s3fs", ".passwd-s3fs", "‹id›:‹secret›\n", "KEY-10"},
		{"rclone", "config/rclone/rclone.conf", "[s3]\ntype = s3\naccess_key_id = ‹id›\nsecret_access_key = ‹secret›\n", "KEY-10"},
		{"sdk store", "AppData/Local/AWSToolkit/RegisteredAccounts.json", "{\"AWSAccessKey\": \"‹id›\", \"AWSSecretKey\": \"‹secret›\"}", "KEY-10"},

		// System-wide variables: KEY-11.
		{"/etc/environment", "rootfs/etc/environment", env, "KEY-11"},
		{"profile.d", "files/etc/profile.d/aws.sh", "export " + env, "KEY-11"},
		{"setx", "setup.bat", "setx AWS_ACCESS_KEY_ID ‹id› /M\nsetx AWS_SECRET_ACCESS_KEY ‹secret› /M\n", "KEY-11"},
		{"powershell", "setup.ps1", "[Environment]::SetEnvironmentVariable('AWS_ACCESS_KEY_ID', '‹id›', 'Machine')\n[Environment]::SetEnvironmentVariable('AWS_SECRET_ACCESS_KEY', '‹secret›', 'Machine')\n", "KEY-11"},
		{"appended", "install.sh", "echo 'AWS_ACCESS_KEY_ID=‹id›\nAWS_SECRET_ACCESS_KEY=‹secret›' >> /etc/environment\n", "KEY-11"},
		{"setx for the user", "setup.cmd", "setx AWS_ACCESS_KEY_ID ‹id›\nsetx AWS_SECRET_ACCESS_KEY ‹secret›\n", "KEY-09"},
		{"powershell for the user", "u.ps1", "[Environment]::SetEnvironmentVariable('A', '‹id›', 'User')\n[Environment]::SetEnvironmentVariable('S', '‹secret›', 'User')\n", "KEY-09"},
	})
}

// Evidence that a key is a root user's, and what only looks like it.
func TestRoot(t *testing.T) {
	a, m := advisor(t), newMaker(2)
	const root, soft = "ROOT-03 KEY-01 ", "ROOT-03 ROOT-05 KEY-01 "
	const rest = " ROOT-01 CRED-03 ROOT-11 ROOT-12 MOB-01"
	for _, c := range []placed{
		{"rootkey.csv", "keys/rootkey.csv", "AWSAccessKeyId=‹id›\nAWSSecretKey=‹secret›\n", root + "KEY-10" + rest},
		{"its second download", "rootkey (2).csv", "AWSAccessKeyId=‹id›\nAWSSecretKey=‹secret›\n", root + "KEY-10" + rest},
		{"profile", "home/.aws/credentials", "[dev]\nregion = x\n\n[root]\naws_access_key_id = ‹id›\naws_secret_access_key = ‹secret›\n", root + "KEY-10" + rest},
		{"profile in config", ".aws/config", "[profile root]\naws_access_key_id = ‹id›\naws_secret_access_key = ‹secret›\n", root + "KEY-10" + rest},
		{"company's profile", "credentials", "[acme-root]\naws_access_key_id = ‹id›\naws_secret_access_key = ‹secret›\n", root + "KEY-10" + rest},
		{"names", "deploy.sh", "ROOT_ACCESS_KEY=‹id›\nROOT_SECRET_KEY=‹secret›\n", soft + "ROOT-01 KEY-09"},
		{"comment", "app/config.py", "# the root account's key, do not share\nKEY = '‹id›'\nSECRET = '‹secret›'\n", soft + "ROOT-01 KEY-09"},
		{"comment in passing", "run.rb", "Aws.config(access_key_id: '‹id›', secret_access_key: '‹secret›') # root user\n", soft + "ROOT-01 KEY-09"},
		{"yaml", "secrets.yml", "root:\n  key: ‹id›\n  secret: ‹secret›\n", soft + "KEY-09"},
		{"what the CLI said", "log.txt", "\"Arn\": \"arn:aws:iam::111122223333:root\"\nkey ‹id›\nsecret ‹secret›\n", root + "KEY-09"},

		{"another profile above", "credentials", "[root]\naws_access_key_id = x\n\n[dev]\naws_access_key_id = ‹id›\naws_secret_access_key = ‹secret›\n", "KEY-10"},
		{"another's name above", "keys.env", "ROOT_ACCESS_KEY=ABCDEFGHIJKLMNOPQRSTUV\nDEV_ACCESS_KEY=‹id›\nDEV_SECRET_KEY=‹secret›\n", "KEY-09"},
		{"linux's root", "root/.aws/credentials", profile, "KEY-10"},
		{"database's root", "app.env", "DB_USER=root\nMYSQL_ROOT_PASSWORD=x\n" + env, "KEY-09"},
		{"database's root user", "app.yml", "# mysql root user\nkey: ‹id›\nsecret: ‹secret›\n", "KEY-09"},
		{"minio", "c.yml", "MINIO_ROOT_USER: x\nAWS_ACCESS_KEY_ID: ‹id›\nAWS_SECRET_ACCESS_KEY: ‹secret›\n", "KEY-09"},
		{"not root", "c.py", "# not the root account, see the wiki\nK = '‹id›'\nS = '‹secret›'\n", "KEY-09"},
		{"a policy's principal", "p.json", "{\"Principal\": {\"AWS\": \"arn:aws:iam::111122223333:root\"}}\n{\"k\": \"‹id›\", \"s\": \"‹secret›\"}\n", "KEY-09"},
		{"document root", "web.cfg", "document_root = /srv\nroot_dir = x\nkey = ‹id›\nsecret = ‹secret›\n", "KEY-09"},
	} {
		f := c.finding(m)
		f.Severity = finding.High
		a.Advise([]*finding.Finding{f})
		isRoot := strings.HasPrefix(c.want, "ROOT-03")
		switch {
		case !isRoot && (f.Severity != finding.High || f.Title != "AWS access key"):
			t.Errorf("%s: %v, %s", c.name, f.Severity, f.Title)
		case isRoot && (f.Severity != finding.Critical || f.Title != "AWS access key, likely the root user's" || len(f.Why) != 1):
			t.Errorf("%s: %v, %s, %q", c.name, f.Severity, f.Title, f.Why)
		}
		not := "ROOT-05"
		if !isRoot {
			not = "ROOT-01 ROOT-05 ROOT-11 ROOT-12 KEY-01 MOB-01"
		}
		expect(t, c.name, f, c.want, not)
	}
}
