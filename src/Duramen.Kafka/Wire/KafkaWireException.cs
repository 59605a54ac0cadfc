using System.Globalization;
using Duramen.Core.Errors;

namespace Duramen.Kafka.Wire;

/// <summary>A frame that is no message of the protocol, or a message that the protocol cannot say; the only exception of reader and writer.</summary>
public sealed class KafkaWireException : DuramenException
{
    /// <summary>Makes the error.</summary>
    /// <param name="code">One of <see cref="WireErrors"/>.</param>
    /// <param name="messageName">The message, such as <c>ProduceRequest</c>.</param>
    /// <param name="field">Where in the message, such as <c>Topics[].Name</c>; empty when it is no field.</param>
    /// <param name="positionBytes">Where in the frame, from its first byte after the size.</param>
    /// <param name="what">What is wrong there.</param>
    public KafkaWireException(ErrorCode code, string messageName, string field, int positionBytes, string what)
        : base(code, string.Create(CultureInfo.InvariantCulture, $"{Place(messageName, field)}, byte {positionBytes}: {what}."))
    {
        MessageName = messageName;
        Field = field;
        PositionBytes = positionBytes;
    }

    /// <summary>The message that was being read or written.</summary>
    public string MessageName { get; }

    /// <summary>The path of the field that was being read or written; empty when it is no field.</summary>
    public string Field { get; }

    /// <summary>The position in the frame, in bytes.</summary>
    public int PositionBytes { get; }

    private static string Place(string messageName, string field) => field.Length == 0 ? messageName : $"{messageName}, {field}";
}
