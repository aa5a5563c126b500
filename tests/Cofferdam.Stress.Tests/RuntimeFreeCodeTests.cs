namespace Cofferdam.Stress.Tests;

/// <summary>The compiled program keeps the rules of docs/runtime-free-code.md.</summary>
public sealed class RuntimeFreeCodeTests
{
    private const string Container = "Cofferdam_Container_Cofferdam_Containers_";

    [Fact]
    public void Main_is_ours()
    {
        ElfImage image = ElfImage.Read(Published.Runtime, Published.Symbols());
        Assert.Equal(image.Functions["coffer_oci_Cofferdam_Startup_NativeMain__NativeEntry"].Address, image.Functions["main"].Address);
    }

    [Theory]
    [InlineData(Container + "Init_InitProgram__Run")]
    [InlineData(Container + "Launch_Drive_CloneChild__Clone")]
    [InlineData(Container + "Launch_Drive_CloneChild__Run")]
    [InlineData("coffer_oci_Cofferdam_Startup_NativeMain__IsInit")]
    [InlineData("coffer_oci_Cofferdam_Startup_NativeMain__PrepareProcess")]
    public void Code_without_a_runtime_reaches_only_system_calls(string root)
    {
        var graph = new CallGraph(ElfImage.Read(Published.Runtime, Published.Symbols()));
        graph.Walk(root);
        Assert.True(graph.Violations.Count == 0, string.Join('\n', graph.Violations));
    }

    [Fact]
    public void The_check_sees_code_that_does_use_the_runtime()
    {
        var graph = new CallGraph(ElfImage.Read(Published.Runtime, Published.Symbols()));
        graph.Walk(Container + "Launch_Plan_ContainerPlan__Build");
        Assert.NotEmpty(graph.Violations);
    }

    [Fact]
    public void The_whole_interpreter_is_checked()
    {
        var graph = new CallGraph(ElfImage.Read(Published.Runtime, Published.Symbols()));
        graph.Walk(Container + "Init_InitProgram__Run");
        Assert.Contains(Container + "Init_MountOps__MountFilesystem", graph.Reached);
        Assert.Contains(Container + "Init_ProgramOps__Execute", graph.Reached);
        Assert.Contains(Container + "Init_CopyUp__Tree", graph.Reached);
    }
}
