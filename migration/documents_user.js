// Makes the application's user in DocumentDB, from values that only the pod has; docs/deploying.md says how it is run.
const {readFileSync} = require("fs");
const [master, user] = ["master", "user"].map((name) => JSON.parse(readFileSync(`/tmp/${name}.json`, "utf8")));
const login = [master.username, master.password].map(encodeURIComponent).join(":");
const options = "tls=true&tlsCAFile=/tmp/ca.pem&replicaSet=rs0&retryWrites=false";
const admin = new Mongo(`mongodb://${login}@${process.env.HOST}:27017/?${options}`).getDB("admin");
admin.createUser({user: user.username, pwd: user.password, roles: [{role: "readWrite", db: "alphacar"}]});
print("the user exists");
