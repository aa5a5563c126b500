namespace Cofferdam.Stress.Tests;

/// <summary>The compiled programs that can be a container's init keep the rules of docs/runtime-free-code.md.</summary>
public sealed class RuntimeFreeCodeTests
{
    private const string Runtime = "coffer-oci";
    private const string Shim = "containerd-shim-coffer-v2";
    private const string Container = "Cofferdam_Container_Cofferdam_Containers_";
    private const string Main = "_Cofferdam_Startup_NativeMain__";

    public static TheoryData<string, string> Roots()
    {
        TheoryData<string, string> roots = [];
        foreach (string program in new[] { Runtime, Shim })
        {
            roots.Add(program, Container + "Init_InitProgram__Run");
            roots.Add(program, Container + "Launch_Drive_CloneChild__Clone");
            roots.Add(program, Container + "Launch_Drive_CloneChild__Run");
            roots.Add(program, Own(program, "IsInit"));
            roots.Add(program, Own(program, "PrepareProcess"));
        }

        return roots;
    }

    [Theory]
    [InlineData(Runtime)]
    [InlineData(Shim)]
    public void Main_is_ours(string program)
    {
        ElfImage image = Image(program);
        Assert.Equal(image.Functions[Own(program, "NativeEntry")].Address, image.Functions["main"].Address);
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public void Code_without_a_runtime_reaches_only_system_calls(string program, string root)
    {
        var graph = new CallGraph(Image(program));
        graph.Walk(root);
        Assert.True(graph.Violations.Count == 0, string.Join('\n', graph.Violations));
    }

    [Theory]
    [InlineData(Runtime)]
    [InlineData(Shim)]
    public void The_check_sees_code_that_does_use_the_runtime(string program)
    {
        var graph = new CallGraph(Image(program));
        graph.Walk(Container + "Launch_Plan_ContainerPlan__Build");
        Assert.NotEmpty(graph.Violations);
    }

    [Theory]
    [InlineData(Runtime)]
    [InlineData(Shim)]
    public void The_whole_interpreter_is_checked(string program)
    {
        var graph = new CallGraph(Image(program));
        graph.Walk(Container + "Init_InitProgram__Run");
        Assert.Contains(Container + "Init_MountOps__MountFilesystem", graph.Reached);
        Assert.Contains(Container + "Init_ProgramOps__Execute", graph.Reached);
        Assert.Contains(Container + "Init_CopyUp__Tree", graph.Reached);
    }

    private static string Own(string program, string method) => program.Replace('-', '_') + Main + method;

    private static ElfImage Image(string program) => ElfImage.Read(Published.PathOf(program), Published.Symbols(program));
}
