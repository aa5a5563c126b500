using System.Xml.Linq;

namespace Cofferdam.Architecture.Tests;

public sealed class ProjectTests
{
    // Arrows point down only. What a project may name in its ProjectReferences:
    private static readonly Dictionary<string, string[]> s_mayReference = new()
    {
        ["Cofferdam.Linux"] = [],
        ["Cofferdam.Api"] = [],
        ["Cofferdam.Ttrpc"] = ["Cofferdam.Linux"],
        ["Cofferdam.Spec"] = [],
        ["Cofferdam.DBus"] = ["Cofferdam.Linux", "Cofferdam.Spec"],
        ["Cofferdam.Cgroups"] = ["Cofferdam.DBus", "Cofferdam.Linux", "Cofferdam.Spec"],
        ["Cofferdam.Container"] = ["Cofferdam.Cgroups", "Cofferdam.Linux", "Cofferdam.Spec"],
        ["Cofferdam.Runtime"] = ["Cofferdam.Container", "Cofferdam.Cgroups", "Cofferdam.Linux", "Cofferdam.Spec"],
        ["Cofferdam.Shim"] = ["Cofferdam.Api", "Cofferdam.Container", "Cofferdam.Ttrpc"],
    };

    // The runtime has none. Messages of containerd are protobuf; Grpc.Tools only brings the compiler.
    private static readonly Dictionary<string, string[]> s_mayUse = new()
    {
        ["Cofferdam.Api"] = ["Google.Protobuf", "Grpc.Tools"],
        ["Cofferdam.Ttrpc"] = ["Google.Protobuf"],
        // A socket's name; a static program has no OpenSSL, so no SHA-256.
        ["Cofferdam.Shim"] = ["System.IO.Hashing"],
    };

    // The two programs for src/Startup/NativeMain.cs alone.
    private static readonly string[] s_mayBeUnsafe = ["Cofferdam.Linux", "Cofferdam.Container", "Cofferdam.Runtime", "Cofferdam.Shim"];

    // Set once in Directory.Build.props (or tests/Directory.Build.props), for all.
    private static readonly string[] s_sharedProperties =
        ["TargetFramework", "TargetFrameworks", "LangVersion", "Nullable", "ImplicitUsings", "AnalysisLevel", "TreatWarningsAsErrors", "WarningsNotAsErrors", "InvariantGlobalization", "Version"];

    private static readonly List<Project> s_projects = [.. Repository.Files.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal)).Select(Project.Load)];

    private static IEnumerable<Project> Product => s_projects.Where(p => p.Path.StartsWith("src/", StringComparison.Ordinal));

    [Fact]
    public void References_point_down_only() => Assert.Empty(
        from project in Product
        from reference in project.References
        where !s_mayReference.TryGetValue(project.Name, out string[]? allowed) || !allowed.Contains(reference)
        select $"{project.Name} -> {reference}");

    [Fact]
    public void Every_product_project_has_its_place_in_the_layers() =>
        Assert.Empty(Product.Select(p => p.Name).Except(s_mayReference.Keys));

    [Fact]
    public void Unsafe_code_is_allowed_in_few_projects_only() => Assert.Empty(
        Product.Where(p => p.Property("AllowUnsafeBlocks") == "true").Select(p => p.Name).Except(s_mayBeUnsafe));

    [Fact]
    public void Third_party_packages_are_those_named_here() => Assert.Empty(
        from project in Product
        from package in project.Packages
        let name = package.Attribute("Include")?.Value
        where !s_mayUse.TryGetValue(project.Name, out string[]? allowed) || !allowed.Contains(name)
        select $"{project.Name}: {name}");

    [Fact]
    public void Shared_settings_are_not_overridden() => Assert.Empty(
        from project in s_projects
        from name in s_sharedProperties
        where project.Property(name) != null
        select $"{project.Path}: {name}");

    [Fact]
    public void Package_versions_are_central() =>
        Assert.Empty(s_projects.Where(p => p.Packages.Any(e => e.Attribute("Version") != null || e.Attribute("VersionOverride") != null)).Select(p => p.Path));

    [Fact]
    public void The_solution_lists_every_project()
    {
        var solution = XDocument.Load(Repository.Full("Cofferdam.slnx"));
        var listed = solution.Descendants("Project").Select(p => p.Attribute("Path")!.Value).ToHashSet();
        Assert.Equal(s_projects.Select(p => p.Path).Order(), listed.Order());
    }

    private sealed record Project(string Path, XDocument Document)
    {
        public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

        public IEnumerable<string> References => Document.Descendants("ProjectReference").Select(e => System.IO.Path.GetFileNameWithoutExtension(e.Attribute("Include")!.Value));

        public IEnumerable<XElement> Packages => Document.Descendants("PackageReference");

        public string? Property(string name) => Document.Descendants("PropertyGroup").Elements(name).FirstOrDefault()?.Value;

        public static Project Load(string path) => new(path, XDocument.Load(Repository.Full(path)));
    }
}
