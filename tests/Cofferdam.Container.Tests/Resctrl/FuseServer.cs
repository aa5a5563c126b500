using System.Buffers.Binary;
using System.Text;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Tests.Resctrl;

/// <summary>
/// A file system whose files are functions, by FUSE: as in the kernel's own, a new directory is full of files at once, and a
/// write is refused with the number that the function gives.
/// </summary>
internal sealed class FuseServer : IDisposable
{
    private const int InHeader = 40;
    private const int OutHeader = 16;
    private const int MaxWrite = 65536;

    private readonly string _mountPoint;
    private readonly OwnedFd _device;
    private readonly Thread _thread;
    private readonly List<FuseNode> _nodes = [];

    /// <param name="mountPoint">An empty directory.</param>
    /// <param name="root">Its content.</param>
    public FuseServer(string mountPoint, FuseNode root)
    {
        _mountPoint = mountPoint;
        _nodes.Add(root);
        _device = Files.Open("/dev/fuse", OpenFlags.ReadWrite);
        Mounts.Mount("fake", mountPoint, "fuse", MountFlags.NoSuid | MountFlags.NoDev, $"fd={_device.Fd},rootmode=40000,user_id=0,group_id=0");
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether this machine lets us.</summary>
    public static bool IsPossible => Processes.EffectiveUid == 0 && File.Exists("/dev/fuse");

    public void Dispose()
    {
        Mounts.TryUnmount(_mountPoint, UnmountFlags.Detach, out _);
        _thread.Join(TimeSpan.FromSeconds(5));
        _device.Dispose();
    }

    private void Serve()
    {
        byte[] request = new byte[MaxWrite + 4096];
        // ENODEV: unmounted.
        while (Files.TryRead(_device, request, out int length, out Errno errno) || errno is Errno.EINTR or Errno.ENOENT or Errno.EAGAIN)
        {
            if (length < InHeader) continue;
            byte[] answer = new byte[OutHeader + MaxWrite];
            int? size = Answer(request.AsSpan(0, length), answer.AsSpan(OutHeader), out Errno failure);
            if (size is not { } body) continue;
            int total = failure == Errno.None ? OutHeader + body : OutHeader;
            BinaryPrimitives.WriteInt32LittleEndian(answer, total);
            BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(4), -(int)failure);
            request.AsSpan(8, 8).CopyTo(answer.AsSpan(8));
            Files.TryWrite(_device, answer.AsSpan(0, total), out _, out _);
        }
    }

    // Opcodes and structures: include/uapi/linux/fuse.h. Null means that nothing is answered.
    private int? Answer(ReadOnlySpan<byte> request, Span<byte> answer, out Errno errno)
    {
        errno = Errno.None;
        uint opcode = U32(request, 4);
        ulong id = U64(request, 16);
        ReadOnlySpan<byte> body = request[InHeader..];
        if (opcode is 2 or 36 or 42) return null;
        if (opcode == 26) return Init(answer);
        FuseNode node = _nodes[(int)id - 1];
        switch (opcode)
        {
            case 1: return Lookup(node, Text(body), answer, out errno);
            case 3: return Attributes(node, id, answer, 16);
            // A size is set by O_TRUNC; files of the kernel have none.
            case 4: return Attributes(node, id, answer, 16);
            case 9: return Mkdir(node, Text(body[8..]), answer, out errno);
            case 11: return Rmdir(node, Text(body), out errno);
            case 14: return Open(node, U32(body, 0), answer, out errno);
            case 15: return Read(node, (int)U64(body, 8), (int)U32(body, 16), answer);
            case 16: return Write(node, body[40..], answer, out errno);
            case 17: return 80;
            case 18 or 25 or 29 or 34: return 0;
            case 27: return 16;
            case 28: return ReadDirectory(node, (int)U64(body, 8), (int)U32(body, 16), answer);
            default:
                errno = Errno.ENOSYS;
                return 0;
        }
    }

    private static int Init(Span<byte> answer)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(answer, 7);
        BinaryPrimitives.WriteUInt32LittleEndian(answer[4..], 31);
        BinaryPrimitives.WriteUInt32LittleEndian(answer[20..], MaxWrite);
        return 64;
    }

    private int Lookup(FuseNode parent, string name, Span<byte> answer, out Errno errno)
    {
        errno = Errno.None;
        if (parent.Children.TryGetValue(name, out FuseNode? child)) return Entry(child, answer);
        errno = Errno.ENOENT;
        return 0;
    }

    private int Entry(FuseNode node, Span<byte> answer)
    {
        int index = _nodes.IndexOf(node);
        if (index < 0)
        {
            index = _nodes.Count;
            _nodes.Add(node);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(answer, (ulong)index + 1);
        return Attributes(node, (ulong)index + 1, answer, 40);
    }

    private static int Attributes(FuseNode node, ulong id, Span<byte> answer, int offset)
    {
        Span<byte> attributes = answer[offset..];
        BinaryPrimitives.WriteUInt64LittleEndian(attributes, id);
        BinaryPrimitives.WriteInt32LittleEndian(attributes[60..], node.IsDirectory ? 0b100_000_111_101_101 : node.Write is null ? 0b1_000_000_100_100_100 : 0b1_000_000_110_100_100);
        BinaryPrimitives.WriteUInt32LittleEndian(attributes[64..], node.IsDirectory ? 2u : 1u);
        BinaryPrimitives.WriteUInt32LittleEndian(attributes[80..], 4096);
        return offset + 88;
    }

    private int Mkdir(FuseNode parent, string name, Span<byte> answer, out Errno errno)
    {
        errno = Errno.EPERM;
        if (parent.Mkdir is null) return 0;
        (FuseNode? made, errno) = parent.Mkdir(name);
        if (made is null) return 0;
        parent.Children[name] = made;
        return Entry(made, answer);
    }

    private static int Rmdir(FuseNode parent, string name, out Errno errno)
    {
        errno = Errno.ENOENT;
        if (!parent.Children.TryGetValue(name, out FuseNode? child)) return 0;
        errno = child.Rmdir is null ? Errno.EPERM : child.Rmdir();
        if (errno == Errno.None) parent.Children.Remove(name);
        return 0;
    }

    private static int Open(FuseNode node, uint flags, Span<byte> answer, out Errno errno)
    {
        errno = (flags & 3) != 0 && node.Write is null ? Errno.EACCES : Errno.None;
        const uint FOPEN_DIRECT_IO = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(answer[8..], FOPEN_DIRECT_IO);
        return 16;
    }

    private static int Read(FuseNode node, int offset, int size, Span<byte> answer)
    {
        byte[] text = Encoding.UTF8.GetBytes(node.Read!());
        int count = Math.Clamp(text.Length - offset, 0, size);
        text.AsSpan(Math.Min(offset, text.Length), count).CopyTo(answer);
        return count;
    }

    private static int Write(FuseNode node, ReadOnlySpan<byte> data, Span<byte> answer, out Errno errno)
    {
        errno = node.Write is null ? Errno.EACCES : node.Write(Encoding.UTF8.GetString(data));
        BinaryPrimitives.WriteInt32LittleEndian(answer, data.Length);
        return 8;
    }

    private static int ReadDirectory(FuseNode node, int offset, int size, Span<byte> answer)
    {
        int used = 0, position = 0;
        foreach ((string name, FuseNode child) in node.Children)
        {
            if (position++ < offset) continue;
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            int entry = (24 + bytes.Length + 7) & ~7;
            if (used + entry > size) break;
            Span<byte> place = answer[used..];
            BinaryPrimitives.WriteUInt64LittleEndian(place, ulong.MaxValue);
            BinaryPrimitives.WriteInt64LittleEndian(place[8..], position);
            BinaryPrimitives.WriteInt32LittleEndian(place[16..], bytes.Length);
            BinaryPrimitives.WriteInt32LittleEndian(place[20..], child.IsDirectory ? 4 : 8);
            bytes.CopyTo(place[24..]);
            used += entry;
        }

        return used;
    }

    private static uint U32(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(data[offset..]);

    private static ulong U64(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(data[offset..]);

    private static string Text(ReadOnlySpan<byte> data) => Encoding.UTF8.GetString(data[..data.IndexOf((byte)0)]);
}
