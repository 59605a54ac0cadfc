namespace Duramen.Kafka.Generator.Schemas;

/// <summary>What a field, or an element of an array, is on the wire.</summary>
internal enum FieldKind
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>1 byte.</summary>
    Int8,

    /// <summary>2 bytes.</summary>
    Int16,

    /// <summary>4 bytes.</summary>
    Int32,

    /// <summary>8 bytes.</summary>
    Int64,

    /// <summary>A <c>KafkaError</c> in 2 bytes.</summary>
    Error,

    /// <summary>16 bytes.</summary>
    Uuid,

    /// <summary>Text in UTF-8 behind its length.</summary>
    String,

    /// <summary>Bytes behind their length.</summary>
    Bytes,

    /// <summary>Record batches behind their length.</summary>
    Records,

    /// <summary>Fields one after the other.</summary>
    Structure,
}
