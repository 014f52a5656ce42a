package advise

import "testing"

const (
	exports = "export AWS_ACCESS_KEY_ID=‹id›\nexport AWS_SECRET_ACCESS_KEY=‹secret›\n"
	script  = "const s3 = new AWS.S3({accessKeyId: '‹id›', secretAccessKey: '‹secret›'});\n"
	python  = "KEY = '‹id›'\nAWS_SECRET = '‹secret›'\n"
	gradle  = "android { defaultConfig {\n  buildConfigField \"String\", \"K\", '\"‹id›\"'\n  buildConfigField \"String\", \"S\", '\"‹secret›\"'\n} }\n"
)

// Places that look like others, and places that don't look like what they are.
func TestLookalikes(t *testing.T) {
	fits(t, 20, []placed{
		// Instances, and programs that only deal with them.
		{"launch template in Terraform", "main.tf", "resource \"aws_launch_template\" \"x\" {\n  user_data = base64encode(<<EOF\n#!/bin/bash\n" + exports + "EOF\n)\n}\n", "KEY-03"},
		{"a function in the script of an instance", "main.tf", "resource \"aws_instance\" \"x\" {\n  user_data = <<-EOF\n#!/bin/bash\nlog() {\n  echo x\n}\n" + exports + "EOF\n}\n", "KEY-03"},
		{"a provider behind an instance", "main.tf", "resource \"aws_instance\" \"x\" {\n  user_data = file(\"x.sh\")\n}\n\nprovider \"aws\" {\n  access_key = \"‹id›\"\n  secret_key = \"‹secret›\"\n}\n", "KEY-09"},
		{"a provider behind an instance's script", "main.tf", "resource \"aws_instance\" \"x\" {\n  user_data = <<EOF\necho x\nEOF\n}\n\nprovider \"aws\" {\n  access_key = \"‹id›\"\n  secret_key = \"‹secret›\"\n}\n", "KEY-09"},
		{"CDK in TypeScript", "stack.ts", "instance.addUserData(\"export AWS_ACCESS_KEY_ID=‹id›\", \"export AWS_SECRET_ACCESS_KEY=‹secret›\");\n", "KEY-03"},
		{"CDK in Python", "stack.py", "user_data = ec2.UserData.for_linux()\nuser_data.add_commands(\"export AWS_ACCESS_KEY_ID=‹id›\", \"export AWS_SECRET_ACCESS_KEY=‹secret›\")\n", "KEY-03"},
		{"CloudFormation on one line", "asg.json", "{\"Type\":\"AWS::AutoScaling::LaunchConfiguration\",\"Properties\":{\"UserData\":{\"Fn::Base64\":\"export AWS_ACCESS_KEY_ID=‹id›\\nexport AWS_SECRET_ACCESS_KEY=‹secret›\\n\"}}}\n", "KEY-03"},
		{"user data behind the key, on one line", "run.json", "{\"accessKeyId\":\"‹id›\",\"secretAccessKey\":\"‹secret›\",\"UserData\":\"echo\"}\n", "KEY-09"},
		{"boto3 that starts instances", "launch.py", "ec2 = boto3.client('ec2', aws_access_key_id='‹id›', aws_secret_access_key='‹secret›')\nec2.run_instances(ImageId='ami-1', UserData=open('x').read())\n", "KEY-09"},
		{"Ansible", "ec2.yml", "- ec2_instance:\n    user_data: |\n      #!/bin/sh\n      export AWS_ACCESS_KEY_ID=‹id›\n      export AWS_SECRET_ACCESS_KEY=‹secret›\n", "KEY-03"},
		{"Image Builder", "imagebuilder/component.yml", "phases:\n  - name: build\n    commands:\n      - export AWS_ACCESS_KEY_ID=‹id›\n      - export AWS_SECRET_ACCESS_KEY=‹secret›\n", "KEY-03"},
		{"a model of users' data", "app/models/user_data.py", python, "KEY-09"},
		{"a service for users' data", "src/userdata/UserDataService.java", "new BasicAWSCredentials(\"‹id›\", \"‹secret›\");\n", "KEY-09"},
		{"seed data", "seed/user_data.json", "{\"k\":\"‹id›\",\"s\":\"‹secret›\"}\n", "KEY-09"},
		{"a client of EC2", "src/ec2/describe.py", python, "KEY-09"},
		{"webpacker", "config/webpacker.yml", "key: ‹id›\nsecret: ‹secret›\n", "KEY-09"},
		{"an unpacker", "lib/unpacker.sh", exports, "KEY-09"},
		{"Spring's cloud config", "spring-cloud-config/application.yml", "accessKey: ‹id›\nsecretKey: ‹secret›\n", "KEY-09"},
		{"Miami", "miami/app.py", python, "KEY-09"},
		{"an Angular service", "src/app/s3.service.ts", script, "KEY-09"},

		// Mobile apps, and what is none.
		{"Gradle of an app", "app/build.gradle", "apply plugin: 'com.android.application'\n" + gradle, "KEY-05"},
		{"Gradle of an app in Kotlin", "app/build.gradle.kts", "plugins { id(\"com.android.library\") }\nandroid { k = \"‹id›\"; s = \"‹secret›\" }\n", "KEY-05"},
		{"Gradle of a server", "server/build.gradle", "credentials(AwsCredentials) {\n  accessKey '‹id›'\n  secretKey '‹secret›'\n}\n", "KEY-09"},
		{"what Gradle makes of it", "out/com/acme/BuildConfig.java", "class BuildConfig { String K = \"‹id›\", S = \"‹secret›\"; }\n", "KEY-05"},
		{"an app taken apart", "smali/com/acme/Config.smali", "const-string v0, \"‹id›\"\nconst-string v1, \"‹secret›\"\n", "KEY-05"},
		{"the app of a monorepo", "apps/mobile/src/config.ts", script, "KEY-05"},
		{"pages for small screens", "app/views/mobile/upload.js", script, "KEY-09"},
		{"Expo", "App.js", "import * as FileSystem from 'expo-file-system';\n" + script, "KEY-05"},
		{"exports are no Expo", "index.js", "export default 1;\nmodule.exports = 'export';\n" + script, "KEY-09"},
		{"Xcode's settings", "ios/Secrets.xcconfig", "KEY = ‹id›\nSECRET = ‹secret›\n", "KEY-05"},
		{"MAUI", "Maui/Platforms/iOS/AppDelegate.cs", "new BasicAWSCredentials(\"‹id›\", \"‹secret›\");\n", "KEY-05"},
		{"a daemon of macOS", "Library/LaunchDaemons/com.acme.plist", "<key>AWS_ACCESS_KEY_ID</key><string>‹id›</string>\n<string>‹secret›</string>\n", "KEY-11"},
		{"a user's agent of macOS", "Library/LaunchAgents/com.acme.plist", "<string>‹id›</string>\n<string>‹secret›</string>\n", "KEY-09"},

		// Variables of the system, of a user, of nobody.
		{"registry of the machine", "x.reg", "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment]\n\"K\"=\"‹id›\"\n\"S\"=\"‹secret›\"\n", "KEY-11"},
		{"registry of the user", "x.reg", "[HKEY_CURRENT_USER\\Environment]\n\"K\"=\"‹id›\"\n\"S\"=\"‹secret›\"\n", "KEY-09"},
		{"here document", "setup.sh", "cat <<EOF | sudo tee /etc/profile.d/aws.sh\n" + exports + "EOF\n", "KEY-11"},
		{"lineinfile", "env.yml", "- lineinfile:\n    path: /etc/environment\n    line: AWS_ACCESS_KEY_ID=‹id›\n- lineinfile:\n    path: /etc/environment\n    line: AWS_SECRET_ACCESS_KEY=‹secret›\n", "KEY-11"},
		{"Puppet", "env.pp", "file { '/etc/profile.d/aws.sh':\n  content => \"export AWS_ACCESS_KEY_ID=‹id›\\nexport AWS_SECRET_ACCESS_KEY=‹secret›\\n\",\n}\n", "KEY-11"},
		{"a shell's own profile", "home/u/.bashrc", exports, "KEY-09"},
		{"a user's environment.d", "home/u/.config/environment.d/aws.conf", env, "KEY-09"},
		{"a profile that is read", "job.sh", ". /etc/profile\n" + exports, "KEY-09"},
		{"a warning", "setup.md", "Never put them into /etc/environment:\n" + env, "KEY-09"},

		// Root, and what is called so.
		{"list of accounts", "accounts.csv", "account,email,key,secret\nroot,a@b.example,‹id›,‹secret›\n", "ROOT-03 KEY-09"},
		{"who signed in", "note.txt", "signed in as the AWS root user\n" + env, "ROOT-03 KEY-09"},
		{"the file's name beside it", "x.env", "# from rootkey.csv\n" + env, "ROOT-03 KEY-09"},
		{"a container's user", "Dockerfile", "FROM x\n# switch to the root user for the keys\nUSER root\nENV AWS_ACCESS_KEY_ID=‹id› AWS_SECRET_ACCESS_KEY=‹secret›\n", "KEY-09"},
		{"a script's user", "run.sh", "# must be run as the root user, it reads the key\n" + exports, "KEY-09"},
		{"a user without more", "run.sh", "# root user\nUSER=root\n" + exports, "KEY-09"},
		{"a name for a path", "s3.js", "const rootKey = 'uploads/';\n" + script, "KEY-09"},
		{"an organization's account", "org.txt", "Master account of the organization:\n" + env, "KEY-09"},
		{"a file of that name", "root.env", env, "KEY-09"},

		// Files for keys, and code that is called so.
		{"cache of the CLI", "home/u/.aws/cli/cache/0a1b.json", "{\"AccessKeyId\": \"‹id›\", \"SecretAccessKey\": \"‹secret›\"}\n", "KEY-10"},
		{"a folder of that name", "src/credentials/index.js", script, "KEY-09"},
		{"a script that writes one", "install.sh", "cat > ~/.aws/credentials <<EOF\n" + profile + "EOF\n", "KEY-09"},
	})
}
