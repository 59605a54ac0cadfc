namespace Duramen.Sql;

/// <summary>What a value of a row is.</summary>
public enum QueryValueKind
{
    /// <summary>NULL.</summary>
    Null,

    /// <summary>A whole number of 64 bits.</summary>
    Number,

    /// <summary>A floating-point number.</summary>
    Real,

    /// <summary>Text in UTF-8.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Blob,
}
