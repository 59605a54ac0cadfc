namespace Duramen.Http.Pages;

/// <summary>What pages of each kind need to go on.</summary>
internal static class PageKinds
{
    /// <summary>How many moments a cursor of them has.</summary>
    public static int MomentCount(this PageKind kind) => kind switch { PageKind.Scan => 1, PageKind.Diff or PageKind.History => 2, _ => -1 };
}
