using Cofferdam.Testing;
using Xunit;

namespace Cofferdam.BlackBox.Tests;

public sealed class DeleteTests : BlackBoxTest
{
    [Fact]
    public void Delete_of_a_running_container_is_refused_and_changes_nothing()
    {
        Container container = NewContainer().Running();
        container.Delete().Fails(1, container.Id);
        Assert.Equal("running", container.Status());
        container.Exec("true").Ok();
    }

    [Fact]
    public void Delete_of_a_created_container_removes_it()
    {
        Container container = NewContainer("true");
        container.Create().Ok();
        int pid = container.Pid();
        container.Delete().Ok();
        Eventually.True(() => !Processes.IsAlive(pid), "init is gone");
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Delete_force_ends_a_running_container()
    {
        Container container = NewContainer("sh", "-c", "trap '' TERM; while :; do sleep 1; done").CreatedAndStarted();
        container.Delete("--force").Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Delete_force_ends_all_processes_without_a_pid_namespace()
    {
        Container container = NewContainer("sh", "-c", "sleep 1000 & sleep 1000 & touch /up; wait");
        container.Config.WithoutNamespace("pid");
        container.CreatedAndStarted();
        Eventually.True(() => File.Exists(container.Inside("up")), "the children were started");
        container.Delete("--force").Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Delete_force_ends_processes_that_outlived_init()
    {
        Container container = NewContainer("sh", "-c", "sleep 1000 & exit 0");
        container.Config.WithoutNamespace("pid");
        container.CreatedAndStarted();
        container.WaitForStatus("stopped");
        container.Delete("--force").Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Delete_force_of_a_paused_container_ends_it()
    {
        Container container = NewContainer().Running();
        Scratch.Oci("pause", container.Id).Ok();
        container.Delete("--force").Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Delete_of_an_id_that_does_not_exist_is_refused() => Scratch.Oci("delete", "nobody").Fails(1, "nobody");

    [Fact]
    public void Delete_force_of_an_id_that_does_not_exist_succeeds() => Scratch.Oci("delete", "--force", "nobody").Ok();

    [Fact]
    public void An_id_can_be_used_again_after_delete()
    {
        Container container = NewContainer("true");
        for (int i = 0; i < 3; i++)
        {
            container.CreatedAndStarted();
            container.WaitForStatus("stopped");
            container.Delete().Ok();
        }
    }

    [Fact]
    public void Delete_removes_the_cgroups_that_the_container_made_inside_its_own()
    {
        Container container = NewContainer().Running();
        Directory.CreateDirectory(Path.Combine(container.Cgroup("pids"), "inner/deeper"));
        Directory.CreateDirectory(Path.Combine(container.Cgroup("memory"), "inner"));
        container.Delete("--force").Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Delete_works_after_the_bundle_vanished()
    {
        Container container = NewContainer("true").CreatedAndStarted();
        container.WaitForStatus("stopped");
        Directory.Delete(container.Bundle, recursive: true);
        container.Delete().Ok();
        Assert.Empty(Scratch.LeaksNow());
    }

    [Fact]
    public void Delete_by_regex_removes_the_containers_that_match()
    {
        Container first = NewContainer("true"), second = NewContainer("true");
        first.Create().Ok();
        second.Create().Ok();
        Scratch.Oci("delete", "--force", "--regex", first.Id + "$").Ok();
        Scratch.Oci("state", first.Id).Fails(1);
        Assert.Equal("created", second.Status());
    }
}
