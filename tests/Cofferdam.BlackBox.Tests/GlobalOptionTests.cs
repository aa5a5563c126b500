using System.Text.Json.Nodes;
using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class GlobalOptionTests : BlackBoxTest
{
    [Theory]
    [InlineData("--version")]
    [InlineData("-v")]
    public void Version_prints_name_version_and_spec(string option)
    {
        string[] lines = Scratch.Oci(option).Ok().Output.Split('\n');
        Assert.Matches("^[a-z-]+ version [0-9]+\\.[0-9]+", lines[0]);
        Assert.Contains(lines, l => l.StartsWith("spec: 1.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Help_names_the_commands(string option)
    {
        string help = Scratch.Oci(option).Ok().Stdout;
        Assert.All(new[] { "create", "start", "state", "kill", "delete", "run", "exec", "list", "ps", "pause", "resume", "update", "spec" }, c => Assert.Contains(c, help, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("create")]
    [InlineData("run")]
    [InlineData("exec")]
    [InlineData("update")]
    public void Help_of_a_command_names_its_options(string command) =>
        Assert.Contains("--", Scratch.Oci(command, "--help").Ok().Stdout, StringComparison.Ordinal);

    [Fact]
    public void Spec_writes_a_config_that_runs()
    {
        Container container = NewContainer();
        Scratch.Oci("spec", "--bundle", container.Bundle).Ok();
        string file = Path.Combine(container.Bundle, "config.json");
        JsonObject spec = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        Assert.Equal("sh", (string?)spec["process"]!["args"]![0]);
        Assert.Equal("rootfs", (string?)spec["root"]!["path"]);
        spec["process"]!["terminal"] = false;
        spec["process"]!["args"] = new JsonArray("echo", "from the template");
        File.WriteAllText(file, spec.ToJsonString());
        Assert.Equal("from the template", Scratch.Oci("run", "--bundle", container.Bundle, container.Id).Ok().Output);
    }

    [Fact]
    public void Spec_does_not_overwrite_a_config()
    {
        Container container = NewContainer();
        string file = Path.Combine(container.Bundle, "config.json");
        File.WriteAllText(file, "mine");
        Scratch.Oci("spec", "--bundle", container.Bundle).Fails(1, "config.json");
        Assert.Equal("mine", File.ReadAllText(file));
    }

    [Fact]
    public void Spec_writes_into_the_working_directory()
    {
        Container container = NewContainer();
        Scratch.Oci(Scratch.Options() with { WorkingDirectory = container.Bundle }, "spec").Ok();
        Assert.True(File.Exists(Path.Combine(container.Bundle, "config.json")));
    }

    [Fact]
    public void Spec_rootless_has_a_user_namespace_with_maps()
    {
        Container container = NewContainer();
        Scratch.Oci("spec", "--rootless", "--bundle", container.Bundle).Ok();
        JsonNode linux = JsonNode.Parse(File.ReadAllText(Path.Combine(container.Bundle, "config.json")))!["linux"]!;
        Assert.Contains(linux["namespaces"]!.AsArray(), n => (string?)n!["type"] == "user");
        Assert.NotEmpty(linux["uidMappings"]!.AsArray());
        Assert.NotEmpty(linux["gidMappings"]!.AsArray());
    }

    [Fact]
    public void Features_describes_what_the_runtime_can()
    {
        JsonObject features = JsonNode.Parse(Scratch.Oci("features").Ok().Stdout)!.AsObject();
        Assert.Matches("^1\\.", (string?)features["ociVersionMin"]);
        Assert.Matches("^1\\.", (string?)features["ociVersionMax"]);
        string[] Strings(JsonNode? array) => [.. array!.AsArray().Select(n => (string)n!)];
        Assert.Subset(Strings(features["hooks"]).ToHashSet(), new HashSet<string> { "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop" });
        Assert.Contains("rbind", Strings(features["mountOptions"]));
        Assert.Contains("ro", Strings(features["mountOptions"]));
        Assert.Subset(Strings(features["linux"]!["namespaces"]).ToHashSet(), new HashSet<string> { "pid", "network", "mount", "ipc", "uts", "user", "cgroup" });
        Assert.Contains("CAP_SYS_ADMIN", Strings(features["linux"]!["capabilities"]));
        Assert.True((bool)features["linux"]!["cgroup"]!["v1"]!);
        Assert.Contains("SCMP_ACT_ERRNO", Strings(features["linux"]!["seccomp"]!["actions"]));
    }

    [Fact]
    public void A_json_log_has_the_error_of_a_failure_as_its_last_line()
    {
        string log = Path.Combine(Scratch.Directory, "log.json");
        Scratch.GlobalOptions = ["--log", log, "--log-format", "json"];
        Container container = NewContainer("/no/such/program");
        container.Run().Exits(1);
        JsonObject line = JsonNode.Parse(File.ReadAllLines(log)[^1])!.AsObject();
        Assert.Equal("error", (string?)line["level"]);
        Assert.Contains("no such file or directory", (string?)line["msg"], StringComparison.OrdinalIgnoreCase);
        Assert.NotNull((string?)line["time"]);
    }

    [Fact]
    public void A_text_log_goes_to_its_file()
    {
        string log = Path.Combine(Scratch.Directory, "log.txt");
        Scratch.GlobalOptions = ["--log", log, "--log-format", "text"];
        NewContainer("/no/such/program").Run().Exits(1);
        Assert.Contains("no such file or directory", File.ReadAllText(log), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_log_is_appended_to()
    {
        string log = Path.Combine(Scratch.Directory, "log.txt");
        File.WriteAllText(log, "before\n");
        Scratch.GlobalOptions = ["--log", log];
        NewContainer("/no/such/program").Run().Exits(1);
        Assert.StartsWith("before\n", File.ReadAllText(log), StringComparison.Ordinal);
    }

    [Fact]
    public void Debug_does_not_change_what_the_program_prints()
    {
        Scratch.GlobalOptions = ["--debug"];
        Assert.Equal("out", NewContainer("echo", "out").Run().Ok().Output);
    }

    [Fact]
    public void Options_may_be_written_with_an_equals_sign()
    {
        Container container = NewContainer("true");
        container.WriteConfig();
        Scratch.Oci("run", $"--bundle={container.Bundle}", container.Id).Ok();
    }

    [Fact]
    public void An_unknown_option_is_refused()
    {
        Container container = NewContainer("touch", "/ran");
        Assert.NotEqual(0, container.Run("--no-such-option").ExitCode);
        Assert.False(File.Exists(container.Inside("ran")));
    }

    [Fact]
    public void Another_name_for_the_config_can_be_given()
    {
        Container container = NewContainer("echo", "other");
        File.WriteAllText(Path.Combine(container.Bundle, "other.json"), container.Config.ToJson());
        Scratch.Oci("run", "--bundle", container.Bundle, "--config", Path.Combine(container.Bundle, "other.json"), container.Id).Ok();
    }
}
