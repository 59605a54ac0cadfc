namespace Duramen.Http.Pages;

/// <summary>What is answered in pages.</summary>
internal enum PageKind
{
    /// <summary>The keys of a table as of a moment.</summary>
    Scan = 1,

    /// <summary>What was changed between two moments.</summary>
    Diff = 2,

    /// <summary>The versions of a key below a moment, from another one on.</summary>
    History = 3,
}
