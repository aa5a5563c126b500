namespace Cofferdam.Ttrpc;

/// <summary>The ninth byte of a frame. Other values are left for later versions of the protocol and ignored.</summary>
internal enum FrameType : byte
{
    Request = 1,
    Response = 2,
    Data = 3,
}
