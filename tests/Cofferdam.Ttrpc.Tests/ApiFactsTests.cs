using System.Reflection;
using System.Text.Json;
using Cofferdam.Api;
using Google.Protobuf.Reflection;

namespace Cofferdam.Ttrpc.Tests;

/// <summary>The generated messages beside the facts in ../shared/api: names, numbers, types.</summary>
public sealed class ApiFactsTests
{
    // The one message whose name C# has no room for.
    private const string Renamed = "containerd.types.Descriptor";
    private const string RenamedTo = "containerd.types.ContentDescriptor";

    private static readonly List<FileDescriptor> s_files =
        [.. typeof(AnyMessages).Assembly.GetTypes().Where(t => t.Name.EndsWith("Reflection", StringComparison.Ordinal)).Select(Descriptor)];

    private static readonly List<MessageDescriptor> s_messages = [.. s_files.SelectMany(f => f.MessageTypes).SelectMany(WithNested)];

    [Fact]
    public void Each_package_has_the_messages_that_containerd_has()
    {
        string facts = Path.Combine(FindRoot(), "../shared/api");
        Assert.SkipUnless(Directory.Exists(facts), "no ../shared/api beside the checkout");
        Assert.All(s_files, file =>
        {
            // Of clients so old that containerd's own interfaces no longer have it.
            if (file.Package == "containerd.linux.runc") return;
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(facts, file.Package + ".json")));
            JsonElement root = document.RootElement;
            Assert.Equal(Lines(root, "messages"), Sorted(s_messages.Where(m => m.File == file).Select(m => $"{m.FullName}: {Fields(m)}")));
            Assert.Equal(Lines(root, "enums"), Sorted(file.EnumTypes.Select(e => $"{e.FullName}: {Join(e.Values.Select(v => $"{v.Number} {v.Name}"))}")));
            Assert.Equal(Lines(root, "services"), Sorted(file.Services.Select(s => $"{s.FullName}: {Join(s.Methods.Select(Method))}")));
        });
    }

    [Fact]
    public void Type_urls_are_names_of_messages()
    {
        HashSet<string> names = [.. s_messages.Select(m => m.FullName)];
        Assert.All(
            typeof(TypeUrls).GetFields().Select(f => (string)f.GetValue(null)!).Where(u => !u.StartsWith("types.containerd.io/", StringComparison.Ordinal)),
            url => Assert.Contains(url, names));
    }

    [Fact]
    public void An_any_is_packed_without_a_host_and_unpacked_with_one()
    {
        Api.Events.TaskOOM oom = new() { ContainerId = "c" };
        Google.Protobuf.WellKnownTypes.Any any = AnyMessages.Pack(oom, TypeUrls.TaskOOM);
        Assert.Equal("containerd.events.TaskOOM", any.TypeUrl);
        Assert.Equal(oom, AnyMessages.Unpack(any, TypeUrls.TaskOOM, Api.Events.TaskOOM.Parser));
        any.TypeUrl = "type.googleapis.com/containerd.events.TaskOOM";
        Assert.Equal(oom, AnyMessages.Unpack(any, TypeUrls.TaskOOM, Api.Events.TaskOOM.Parser));
        any.TypeUrl = "xcontainerd.events.TaskOOM";
        Assert.Null(AnyMessages.Unpack(any, TypeUrls.TaskOOM, Api.Events.TaskOOM.Parser));
        Assert.Null(AnyMessages.Unpack(null, TypeUrls.TaskOOM, Api.Events.TaskOOM.Parser));
    }

    private static FileDescriptor Descriptor(Type type) => (FileDescriptor)type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) =>
        message.NestedTypes.Where(n => !n.IsMapEntry).SelectMany(WithNested).Prepend(message);

    private static string[] Sorted(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];

    private static string Join(IEnumerable<string> parts) => string.Join("; ", parts);

    private static string[] Lines(JsonElement root, string part) => Sorted(root.GetProperty(part).EnumerateObject()
        .Select(p => $"{(p.Name == Renamed ? RenamedTo : p.Name)}: {Join(p.Value.EnumerateArray().Select(v => v.GetString()!).Where(v => !v.StartsWith("reserved", StringComparison.Ordinal)))}"));

    private static string Fields(MessageDescriptor message) => Join(message.Fields.InDeclarationOrder().Select(Field));

    private static string Field(FieldDescriptor field)
    {
        if (field.IsMap)
        {
            IList<FieldDescriptor> pair = field.MessageType.Fields.InFieldNumberOrder();
            return $"{field.FieldNumber} {field.Name} map<{TypeOf(pair[0])},{TypeOf(pair[1])}>";
        }

        string label = field.IsRepeated ? "repeated " : "";
        string optional = field.HasPresence && field.FieldType != FieldType.Message ? " optional" : "";
        return $"{field.FieldNumber} {field.Name} {label}{TypeOf(field)}{optional}";
    }

    private static string TypeOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName == RenamedTo ? Renamed : field.MessageType.FullName,
        FieldType.Enum => field.EnumType.FullName,
        FieldType type => type.ToString().ToLowerInvariant(),
    };

    private static string Method(MethodDescriptor method) =>
        $"{method.Name}({(method.IsClientStreaming ? "stream " : "")}{method.InputType.FullName}) returns ({(method.IsServerStreaming ? "stream " : "")}{method.OutputType.FullName})";

    private static string FindRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Cofferdam.slnx"))) folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Cofferdam.slnx");
        return folder;
    }
}
