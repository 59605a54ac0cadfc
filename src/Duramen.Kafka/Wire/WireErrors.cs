using Duramen.Core.Errors;

namespace Duramen.Kafka.Wire;

/// <summary>The codes of what can be wrong between a message and its bytes.</summary>
public static class WireErrors
{
    /// <summary>The frame ends before the field that was being read.</summary>
    public static ErrorCode Truncated => new("kafka-frame-truncated");

    /// <summary>The frame holds what the protocol does not allow, or more than it says.</summary>
    public static ErrorCode Malformed => new("kafka-frame-malformed");

    /// <summary>The version of the API does not exist here, or cannot say what the message says.</summary>
    public static ErrorCode UnsupportedVersion => new("kafka-version-unsupported");

    /// <summary>A value is longer than the protocol can say.</summary>
    public static ErrorCode TooLarge => new("kafka-field-too-large");
}
