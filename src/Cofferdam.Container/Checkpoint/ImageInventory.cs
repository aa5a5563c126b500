using System.Buffers.Binary;
using Cofferdam.Linux;

namespace Cofferdam.Containers.Checkpoint;

/// <summary>The head of a checkpoint's images: a magic number, the length of a message, and that (CRIU's inventory.proto).</summary>
internal static class ImageInventory
{
    public const string Name = "inventory.img";

    private const int SizeLimit = 1 << 20;
    private const uint Magic = 0x58313116;
    private const int HeaderSize = 8;
    private const int LsmField = 6;

    /// <summary>Whose labels of processes the images hold.</summary>
    /// <exception cref="CofferdamException"><see cref="ErrorKind.DataLoss"/>: the file is damaged.</exception>
    public static LabelOwner ReadLabelOwner(OwnedFd images)
    {
        using OwnedFd file = Files.OpenAt(images, Name, OpenFlags.NoFollow);
        ReadOnlySpan<byte> content = Files.ReadAll(file, SizeLimit, Name);
        if (content.Length < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(content) != Magic) throw Damaged();
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(content[4..]);
        if (length > content.Length - HeaderSize) throw Damaged();
        ProtobufReader fields = new(content.Slice(HeaderSize, (int)length), $"'{Name}'");
        LabelOwner owner = LabelOwner.None;
        while (fields.Next())
            if (fields.Field == LsmField) owner = (LabelOwner)fields.Number;
        return owner;
    }

    private static CofferdamException Damaged() => new(ErrorKind.DataLoss, $"'{Name}' of the checkpoint is damaged");
}
