using System.Text;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>
/// The shapes in which bundlers leave the versions of well-known libraries, written anew with other names and no more of the
/// library than its mark: as esbuild leaves them, and where it differs as terser does behind webpack and rollup.
/// </summary>
public class BundleScoreTests(ITestOutputHelper output)
{
    private const string Esbuild = "var __commonJS = (cb, mod) => function __require() {};\n";

    private static readonly (string Purl, string Code)[] Shapes =
    [
        ("@angular/core@18.2.0", """function a(b,c){b(c,["ng-version","18.2.0"])}"""),
        ("@angular/core@20.3.6", """var q=new s("20.3.6"),k=`https://${q.major!=="0"?`v${q.major}.`:""}angular.dev/errors`"""),
        ("@angular/core@21.2.5", """var q=new m("21.2.5"),n=(()=>{let e=q.full;return`https://${e==="0.0.0-PLACEHOLDER"?"next":`v${q.major}`}.angular.dev`})()"""),
        ("@vue/runtime-core@3.4.2", """const j="3.4.2",y=n,g=i,k={createComponentInstance:b,setupComponent:c}"""),
        ("alasql@1.7.4", """throw Error("Plese Provide SQL string")}a.version="1.7.4-develop-89075a50undefined",a.debug=void 0"""),
        ("alpinejs@2.8.2", """let x={version:"2.8.2",pauseMutationObserver:!1}"""),
        ("alpinejs@3.14.4", """var h={get raw(){return r},version:"3.14.4",flushAndStopDeferringMutations:m}"""),
        ("angular@1.5.7", """s=s+`\nhttp://errors.angularjs.org/1.5.7/`+(t?t+"/":"")"""),
        ("angular@1.8.3", """var v={full:"1.8.3",major:1,minor:8,dot:3,codeName:"a-name"}"""),
        ("axios@1.7.5", """var h="1.7.5";function x(e){let a=/^([-+\w]{1,25})(:?\/\/|:)/.exec(e)}"""),
        ("axios@1.13.1", """i(e,t){return"[Axios v1.13.1] Transitional a text"}"""),
        ("axios@0.27.2", """var a=f((w,t)=>{t.exports={version:"0.27.2"}});var b=f(()=>{h["User-Agent"]="axios/"+u});"""),
        ("axios@0.26.0", """({507(e){e.exports={r:"0.26.0"}},990(e){return"[Axios v"+n+"] a text"}})"""),
        ("axios@0.17.0", """var d,m={version:"0.17.0"};y["User-Agent"]="axios/"+d.version"""),
        ("backbone@1.4.0", """f.VERSION="1.4.0",f.$=m,f.noConflict=function(){},f.emulateHTTP=!1"""),
        ("bootstrap@3.4.1", """var s='[data-dismiss="alert"]',c=function(e){};c.VERSION="3.4.1",c.TRANSITION_DURATION=150"""),
        ("bootstrap@4.6.2", """var e="alert",c="4.6.2",b="bs.alert",a="."+b"""),
        ("bootstrap@5.2.3", """throw new TypeError(`${this.x.NAME.toUpperCase()}: Option "${r}" a text`)}let v="5.2.3";class z{}"""),
        ("bootstrap@5.3.9", """static get VERSION(){return"5.3.9"}static get DATA_KEY(){return`bs.${this.NAME}`}"""),
        ("bootstrap@5.1.3", """var Y="5.1.3";class Q{constructor(t){b.set(this._element,this.constructor.DATA_KEY,this)}}"""),
        ("bootstrap-select@1.13.2", """h.VERSION="1.13.2",h.B=l,h.DEFAULTS={noneSelectedText:"Nothing selected"}"""),
        ("bytebuffer@4.1.0", """c.VERSION="4.1.0",c.LITTLE_ENDIAN=!0"""),
        ("c3@0.6.4", """var c={version:"0.6.4",chart:{fn:u.prototype}}"""),
        ("chart.js@3.9.1", """var m="3.9.1";let b=["top","bottom","left","right","chartArea"]"""),
        ("chart.js@3.5.0", """registry:{enumerable:O,value:u},version:{enumerable:O,value:"3.5.0"},getChart:{enumerable:O,value:k}"""),
        ("chart.js@4.6.1", """static overrides=e;static registry=h;static version="4.6.1";"""),
        ("ckeditor4@4.16.0", """u={timestamp:"L0QA",version:"4.16.0 (Standard)",revision:"17a1555f7f"}"""),
        ("ckeditor4@4.25.2", """u={timestamp:"Q6A7",version:"4.25.2-lts (Standard)",revision:"1b8366c446"}"""),
        ("d3@3.4.3", """var d={version:"3.4.3"};Date.now||(Date.now=function(){return+new Date})"""),
        ("d3@3.5.17", """var g={version:"3.5.17"},n=[].slice,e=this.document;function I(n){return n&&(n.ownerDocument||n.document||n)}"""),
        ("datatables.net@1.13.11", """S.version="1.13.11",S.settings=[],S.models={},S.models.oSearch={}"""),
        ("datatables.net@3.1.5", """rendererDisplayRowCells:q,order:{},type:F,_unique:0,version:"3.1.5"}"""),
        ("dompurify@3.0.6", """if(n.version="3.0.6",n.removed=[],!a)return"""),
        ("echarts@4.9.0", """T="4.9.0",C={zrender:"4.3.2"},D=1"""),
        ("echarts@3.5.2", """y={version:"3.5.2",dependencies:{zrender:"3.4.2"}}"""),
        ("ember-source@5.12.0", """({getFactoryFor:o,setFactoryFor:C},Symbol.toStringTag,{value:"Module"}),y="5.12.0",i=1"""),
        ("fastify@4.26.2", """var o="4.26.2",a=F(),u=require("node:http"),_,{kAvvioBoot:S}=b"""),
        ("flowplayer@7.1.2", """v(A,{version:"7.1.2",engines:[],extensions:[]})"""),
        ("flowplayer@6.0.5", """s.src="//embed.flowplayer.org/6.0.5/embed.min.js" """),
        ("froala-editor@2.9.8", """u.VERSION="2.9.8",u.INSTANCES=[],u.OPTS_MAPPING={}"""),
        ("froala-editor@4.7.1", """{VERSION:"4.7.1",INSTANCES:[],OPTS_MAPPING:{}}"""),
        ("handlebars@4.7.7", """o="4.7.7";D.VERSION=o;var l=7;var c={1:"<= 1.0.rc.2"}"""),
        ("highcharts@12.2.0", """h.product="Highcharts",h.version="12.2.0",h.win=w"""),
        ("highcharts@8.2.2", """return{product:"Highcharts",version:"8.2.2",deg2rad:2*Math.PI/360}"""),
        ("highlight.js@10.3.1", """var A="10.3.1";function D(e){}var y={props:["language","code","autodetect"]}"""),
        ("jplayer@2.9.2", """{count:0,version:{script:"2.9.2",needFlash:"2.9.0",flash:"unknown"}}"""),
        ("jquery@3.5.0", """var X="3.5.0",r=function(){};r.fn=r.prototype={jquery:X,constructor:r}"""),
        ("jquery-migrate@3.4.0", """l.migrateVersion="3.4.0";function V(g,C){}"""),
        ("jquery-ui@1.13.1", """e.widget("ui.dialog",{version:"1.13.1",options:{}})"""),
        ("jquery-ui@1.14.2", """n.ui=n.ui||{};var z=n.ui.version="1.14.2";"""),
        ("jquery.terminal@2.46.0", """$.terminal={version:"2.46.0",date:"a date",color_names:["transparent"]}"""),
        ("jszip@3.10.2", """e.version="3.10.2";e.loadAsync=function(e,t){}"""),
        ("knockout@3.3.0", """e.version="3.3.0",e.exportSymbol("version",e.version)"""),
        ("knockout@3.5.1", """e.version="3.5.1",e.b("version",e.version),e.options={useOnlyNativeEvents:!1}"""),
        ("lodash@2.4.2", """u.VERSION="2.4.2",u.prototype.chain=n"""),
        ("lodash@3.10.1", """N="3.10.1",P=1,V="a text",r="__lodash_placeholder__" """),
        ("lodash@4.17.15", """{chain:!1}),M.VERSION="4.17.15",E(["bind","bindKey","curry","curryRight"],f)"""),
        ("lodash@4.17.21", """q="4.17.21",n=200,r="Unsupported core-js use. Try a link" """),
        ("mathjax@2.7.9", """MathJax.isPacked=!0,MathJax.version="2.7.9",MathJax.fileversion="2.7.9" """),
        ("mathjax@3.1.0", """t.mathjax={version:"3.1.0",handlers:new m,handleRetriesFor:O}"""),
        ("moment@1.7.2", """var n,r="1.7.2",o=Math.round,L="months|monthsShort|weekdays" """),
        ("moment@1.5.0", """d.version="1.5.0",d.defaultFormat="YYYY" """),
        ("moment@2.29.4", """o.version="2.29.4",L(D),o.fn=l,o.isDate=w,o.isMoment=k"""),
        ("mootools@1.5.2", """this.MooTools={version:"1.5.2",build:"ed01297a"}"""),
        ("mustache@1.2.0", """s.name="mustache.js",s.version="1.2.0",s.tags=[]"""),
        ("mustache@4.2.0", """var d={name:"mustache.js",version:"4.2.0",tags:[]}"""),
        ("next@14.2.3", """var t="14.2.3",i,n=[],p=class extends T.default.Component{componentDidMount(){this.scrollToHash()}}"""),
        ("next@15.1.0", """G=(h(),"15.1.0");let $;class e extends u.Component{componentDidMount(){this.scrollToHash()}}"""),
        ("pdfjs-dist@1.10.100", """var f="1.10.100",L="ea29ec83",R=D(83);O.WorkerMessageHandler=R"""),
        ("pdfjs-dist@3.11.174", """{docId:C,apiVersion:"3.11.174",data:b,disableAutoFetch:Q}"""),
        ("pdfobject@2.2.11", """return{embed:c,pdfobjectversion:"2.2.11",supportsPDFs:d}"""),
        ("pdfobject@2.3.1", """if(a.navigator.userAgent)return!1;let e="2.3.1",t=window"""),
        ("plupload@2.3.3", """d={VERSION:"2.3.3",STOPPED:1,FAILED:4,DONE:5,GENERIC_ERROR:-100}"""),
        ("protobufjs@4.1.3", """l.VERSION="4.1.3",l.WIRE_TYPES={}"""),
        ("quill@0.20.1", """N.exports={version:"0.20.1"}},{}],8:[function(L){a.className="ql-editor"}]"""),
        ("quill@2.0.3", """static version="2.0.3";static imports={delta:s,"core/module":k}"""),
        ("react@15.7.0", """e.exports="15.7.0"});var b={createMixin:function(e){return e}}"""),
        ("react@16.7.0", """{isValidElement:S,version:"16.7.0",unstable_x:a}"""),
        ("react@18.2.0", """n.useTransition=function(){return l.current.useTransition()};n.version="18.2.0" """),
        ("react-dom@15.4.1", """{unmountComponentAtNode:f,version:"15.4.1",unstable_batchedUpdates:v,unstable_renderSubtreeIntoContainer:E}"""),
        ("react-dom@18.3.1", """g={bundleType:0,version:"18.3.1",rendererPackageName:"react-dom"}"""),
        ("svelte@1.22.0", """var q="1.22.0";function M(t){return m({filename:"SvelteComponent.html"})}"""),
        ("svelte@2.9.5", """{banner:`/* ${o.file} generated by Svelte v2.9.5 */`}"""),
        ("svelte@3.24.1", """n(t,Object.assign({version:"3.24.1"},e))}function L(t,e){$("SvelteDOMInsert",{target:t})}"""),
        ("tinymce@7.9.3", """{suffix:null,majorVersion:"7",minorVersion:"9.3",releaseDate:"2026-05-19"}"""),
        ("ua-parser-js@1.0.37", """var f="1.0.37",o="console",t="wearable" """),
        ("ua-parser-js@2.0.10", """var t="2.0.10",W=500,M="user-agent" """),
        ("underscore@1.2.3", """t.VERSION="1.2.3";var g=t.each=t.forEach=function(){}"""),
        ("underscore@1.10.2", """this._wrapped=n}var r=o.VERSION="1.10.2";function D(){}"""),
        ("validator@13.11.0", """var M="13.11.0",y={version:M,toDate:w,toBoolean:g}"""),
        ("video.js@4.12.15", """t.VERSION="4.12.15",t.options={techOrder:["html5"]}"""),
        ("video.js@6.6.2", """d="6.6.2",V=f.userAgent||"",n=/AppleWebKit\/([\d.]+)/i.exec(V)"""),
        ("vue@1.0.28", """x.version="1.0.28";setTimeout(function(){N.devtools&&P.emit("init",x)},0)"""),
        ("vue@2.5.9", """A.version="2.5.9";var z=J("style,class"),W=J("input,textarea,option,select,progress")"""),
        ("yui@3.18.1", """y="3.18.1",b=".",p="http://yui.yahooapis.com/" """),
        ("zrender@5.3.0", """var W="5.3.0",n="__zr_style_"+Math.round(10*Math.random())"""),
    ];

    [Fact]
    public void Tells_the_version_of_each_library_by_the_shape_that_bundlers_leave_and_nothing_else()
    {
        var faults = new StringBuilder();
        foreach (var (expected, code) in Shapes)
        {
            string[] found = [.. Read.Package(("index.js", Esbuild + code)).Components.Select(component => $"{component.Name}@{component.Version}")];
            if (!found.SequenceEqual([expected])) faults.AppendLine($"{expected}: found {string.Join(", ", found)}");
        }

        var libraries = Shapes.Select(shape => shape.Purl[..shape.Purl.LastIndexOf('@')]).Distinct().Count();
        output.WriteLine($"{Shapes.Length} shapes of {libraries} libraries");
        Assert.True(faults.Length == 0, faults.ToString());
    }

    /// <summary>Neighbours' versions, versions of what is asked for, and texts that only speak of a library.</summary>
    [Theory]
    [InlineData("""x={other:"9.9.9"},b="bs.alert" """)]
    [InlineData("""other("9.9.9"),q=200,r="Unsupported core-js use." """)]
    [InlineData("""{peer:"9.9.9"},c={1:"<= 1.0.rc.2"}""")]
    [InlineData("""{name:"mustache.js",other:"9.9.9"}""")]
    [InlineData("""{dependencies:{zrender:"4.3.2"}}""")]
    [InlineData("""e.exports={version:"0.27.2"}""")]
    [InlineData("""e.exports={version:"0.27.2"};f.exports={version:"0.9.9"};"[Axios v"+n""")]
    [InlineData("""{majorVersion:"seven",minorVersion:"9.3"}""")]
    [InlineData("""{minorVersion:"9.3"}""")]
    [InlineData("""e.widget("ui.fancytree",{version:"2.38.3"})""")]
    [InlineData("""x="http://errors.angularjs.org/"+"1.5.7" """)]
    public void Takes_no_neighbours_version_for_a_librarys(string code)
    {
        var found = Read.Package(("index.js", Esbuild + code)).Components.Where(component => component.Version.Length > 0);

        Assert.Empty(found);
    }

    [Theory]
    [InlineData("plupload", """d={VERSION:"2.3.6",STOPPED:1,GENERIC_ERROR:-100}""")]
    [InlineData("handlebars", """o="3.0.1";D.VERSION=o;var c={1:"<= 1.0.rc.2"}""")]
    [InlineData("marked", """e.message+="\nPlease report this to https://github.com/markedjs/marked." """)]
    [InlineData("three", """w("WARNING: Multiple instances of Three.js being imported.")""")]
    public void Names_a_library_without_a_version_where_its_constant_is_of_another_release_or_missing(string name, string code)
    {
        var found = Assert.Single(Read.Package(("index.js", Esbuild + code)).Components);

        Assert.Equal((name, ""), (found.Name, found.Version));
    }

    [Fact]
    public void Looks_into_small_files_that_no_bundler_marked()
    {
        const string code = "var n=\"4.17.21\",t=200,r=\"Unsupported core-js use.\";\n";

        Assert.Equal(["pkg:npm/lodash@4.17.21"], Read.Package(("index.js", code)).Purls());
        Assert.Empty(Read.Package(("index.js", "export const handler = async () => 1;\n")).Opaque);
    }

    [Fact]
    public void Calls_a_small_minified_file_that_yields_nothing_a_bundle() =>
        Assert.Equal("bundled", Assert.Single(Read.Package(("index.js", string.Concat(Enumerable.Repeat("var a=1;", 400)))).Opaque).Reason);

    [Theory]
    [InlineData(
        "index.js.LEGAL.txt",
        "Bundled license information:\n\nsafe-buffer/index.js:\n  /*! safe-buffer. MIT License. */\n\n@scope/lib/i.js:\n  /*! @scope/lib v1.2.3 */\n",
        "pkg:npm/%40scope/lib@1.2.3",
        "pkg:npm/safe-buffer")]
    [InlineData("licenses.txt", "@scope/lib\nMIT\nA text about\n\nlodash\n\nnext\nISC\nMIT\n", "pkg:npm/%40scope/lib", "pkg:npm/next")]
    [InlineData("licenses.txt", "lodash\nis not named here\nMIT\n")]
    public void Reads_the_lists_that_bundlers_put_beside_a_bundle(string file, string text, params string[] purls) =>
        Assert.Equal(purls, Read.Package(("index.js", Esbuild), (file, text)).Purls());

    [Fact]
    public void Takes_no_version_from_behind_the_module_that_a_path_is_of()
    {
        const string keyed = "({\"node_modules/a/index.js\"(e,t){t.exports=1}});var b={version:\"3.14.4\"};";
        const string commented = "// node_modules/a/index.js\nvar a = 1;\n// src/app.ts\nvar VERSION = \"3.14.4\";\n";

        Assert.Equal(["pkg:npm/a"], Read.Package(("index.js", Esbuild + keyed)).Purls());
        Assert.Equal(["pkg:npm/a"], Read.Package(("index.js", Esbuild + commented)).Purls());
    }
}
