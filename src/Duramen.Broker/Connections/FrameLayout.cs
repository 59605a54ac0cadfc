namespace Duramen.Broker.Connections;

/// <summary>How requests and responses stand on a connection, and the fixed numbers that go with it.</summary>
internal static class FrameLayout
{
    /// <summary>A frame begins with its length, 32 bits big endian, which does not count itself.</summary>
    public const int LengthSizeBytes = 4;

    /// <summary>A request begins with its API key and version, 16 bits each, and a correlation id of 32 bits.</summary>
    public const int MinRequestBytes = 8;

    /// <summary>The bytes from which a frame's fate is decided: length, API key, API version.</summary>
    public const int HeadSizeBytes = LengthSizeBytes + 4;

    /// <summary>
    /// A frame of this size or smaller is taken over in one copy when it is whole; a larger one gets memory of its own once this much has arrived.
    /// So a length alone reserves nothing, and what a slow sender can pin is bounded by the transport's buffers. Producers' batches of the sizes
    /// that clients use (16 KiB to 256 KiB) stay below it; it must stay below the transport's read buffer, or reading would stand still.
    /// </summary>
    public const int CopyOnceMaxBytes = 512 << 10;

    /// <summary>The bytes of responses that are collected before they are handed to the network.</summary>
    public const int FlushBytes = 256 << 10;
}
